import { gunzipSync } from 'bun'

/** Responses of the real server to the requests of one case, in their order. */
export interface Captured {
  readonly headers: Record<string, string>
  readonly bodies: readonly Uint8Array<ArrayBuffer>[]
}

/** Headers that a server adds by itself. */
const own = new Set(['date', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'])

/** Requests under way at once while responses are recorded. */
const width = 16

/**
 * Asks for every response once and checks it: HTTP 200 and `status_code` 0.
 * @param requests lines of `METHOD path`, and of the encoding taken, if any
 * @throws Error that quotes the response that is wrong
 */
export async function capture(url: string, requests: readonly string[]): Promise<Captured> {
  let headers: Record<string, string> = {}
  const bodies: Uint8Array<ArrayBuffer>[] = []
  for (let at = 0; at < requests.length; at += width) {
    const part = requests.slice(at, at + width)
    const responses = await Promise.all(part.map((line) => ask(url, line)))
    headers = responses[0]!.headers
    for (const { body } of responses) bodies.push(body)
  }
  return { headers, bodies }
}

/** @throws Error if the bare server's responses differ by a byte or a header */
export async function compareResponses(url: string, { headers, bodies }: Captured): Promise<void> {
  for (const expected of bodies.slice(0, 20)) {
    const bare = await ask(url, 'GET /')
    if (JSON.stringify(bare.headers) !== JSON.stringify(headers)) {
      throw new Error(`headers differ: ${JSON.stringify([bare.headers, headers])}`)
    }
    if (!Buffer.from(bare.body).equals(expected)) {
      throw new Error(`responses differ: ${bare.body.length} bytes for ${expected.length}`)
    }
  }
}

async function ask(url: string, line: string) {
  // As the load tool asks: without a third word nothing is compressed.
  const [method = 'GET', path, encoding = 'identity'] = line.split(' ')
  const headers = { 'accept-encoding': encoding }
  const response = await fetch(url + path, { method, headers, decompress: false })
  const body = await response.bytes()
  const isPacked = response.headers.get('content-encoding') === 'gzip'
  const start = new TextDecoder().decode((isPacked ? gunzipSync(body) : body).subarray(0, 400))
  if (response.status !== 200 || !start.startsWith('{"status_code":0,')) {
    throw new Error(`${line.replace(/token=[^&]*/, 'token=…')}: ${response.status} ${start}`)
  }
  const sent = [...response.headers].filter(([name]) => !own.has(name)).sort()
  return { headers: Object.fromEntries(sent), body }
}

/** One line of JSON that says how long each body is, then the bodies. */
export async function writeCaptured(path: string, { headers, bodies }: Captured): Promise<void> {
  const head = JSON.stringify({ headers, lengths: bodies.map((body) => body.length) })
  await Bun.write(path, new Blob([`${head}\n`, ...bodies]))
}

export async function readCaptured(path: string): Promise<Captured> {
  const bytes = await Bun.file(path).bytes()
  const end = bytes.indexOf(10)
  const { headers, lengths } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))
  let at = end + 1
  const bodies = (lengths as number[]).map((length) => {
    at += length
    return bytes.slice(at - length, at)
  })
  return { headers, bodies }
}
