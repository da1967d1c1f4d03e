import { basename } from 'node:path'
import { nanoid } from 'nanoid'

/**
 * multipart/form-data (RFC 7578) of a title and a file, by hand: `FormData` would hold the file in
 * memory, and without a length the server could not refuse a large one at once.
 * @param size of the file, bytes
 * @param sent hears how many bytes of the file the connection has taken, each time it takes some
 */
export function multipart(
  title: string,
  file: { path: string; size: number },
  sent: (amount: number) => void,
): { headers: Record<string, string>; body: AsyncGenerator<Uint8Array> } {
  const boundary = `douyin-${nanoid()}`
  const part = `--${boundary}\r\nContent-Disposition: form-data; name=`
  const opening = `${part}"data"; filename="${escapeName(basename(file.path))}"`
  const head = Buffer.from(
    `${part}"title"\r\n\r\n${title}\r\n${opening}\r\nContent-Type: application/octet-stream\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  async function* body() {
    yield head
    // Never more than the length that was announced, even if the file grows meanwhile.
    for await (const bytes of Bun.file(file.path).slice(0, file.size).stream()) {
      yield bytes
      sent(bytes.length)
    }
    yield tail
  }
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': String(head.length + file.size + tail.length),
  }
  return { headers, body: body() }
}

/** As browsers do (WHATWG HTML, multipart/form-data encoding). */
const escapeName = (name: string): string =>
  name.replace(/["\r\n]/g, (character) => encodeURIComponent(character))
