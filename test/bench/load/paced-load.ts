import type { PacedOptions, PacedResult } from './pace.ts'

// An open-loop load: requests leave at random moments at a given mean rate (a Poisson process),
// whether or not earlier ones have a response. One that finds no free connection waits for one, and its
// waiting counts, so a server that stops for a moment can't hide it. wrk can't do that.
// Usage: bun paced-load.ts JSON

const options: PacedOptions = JSON.parse(process.argv[2]!)
const { hostname, port, host } = new URL(options.url)
const requests = (await Bun.file(options.file).text())
  .trimEnd()
  .split('\n')
  .map((line) => Buffer.from(`${line} HTTP/1.1\r\nhost: ${host}\r\n\r\n`))

/** Above this rate timers of 1 ms are too coarse, and the loop spins. Requests per second. */
const spinning = options.rate > 2000

interface Connection {
  write(bytes: Uint8Array): void
  startedAt: number
  /** Bytes of the response still to come, or -1 before its head. */
  left: number
  head: string
}

const free: Connection[] = []
const waiting: number[] = []
const latencies: number[] = []
let inTime = 0
let sent = 0
let failed = 0
let example = ''

for (let at = 0; at < options.connections; at++) free.push(await connect())
const end = performance.now() + options.seconds * 1000
const deadline = end + 10_000
let due = performance.now()
tick()

function tick() {
  const now = performance.now()
  while (due <= now && due < end) {
    waiting.push(now)
    due += (-Math.log(1 - Math.random()) * 1000) / options.rate
  }
  while (waiting.length > 0 && free.length > 0) send(free.pop()!, waiting.shift()!)
  const idle = waiting.length === 0 && free.length === options.connections
  if ((due >= end && idle) || now > deadline) finish()
  else if (spinning) setImmediate(tick)
  else setTimeout(tick, 1)
}

function send(connection: Connection, startedAt: number) {
  connection.startedAt = startedAt
  connection.left = -1
  connection.head = ''
  connection.write(requests[sent++ % requests.length]!)
}

async function connect(): Promise<Connection> {
  const connection: Connection = { write() {}, startedAt: 0, left: 0, head: '' }
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_, bytes) => receive(connection, bytes),
      close: () => void failed++,
      error: () => void failed++,
    },
  })
  connection.write = (bytes) => void socket.write(bytes)
  return connection
}

function receive(connection: Connection, bytes: Buffer) {
  if (connection.left === -1) {
    const text = connection.head + bytes.toString('latin1')
    const body = text.indexOf('\r\n\r\n') + 4
    connection.head = text
    if (body === 3) return
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, body))?.[1])
    connection.left = length - (text.length - body)
    if (!text.startsWith('HTTP/1.1 200') || !text.startsWith('{"status_code":0', body)) {
      failed++
      example ||= text.slice(0, 800)
    }
  } else connection.left -= bytes.length
  if (connection.left > 0) return
  const now = performance.now()
  latencies.push(now - connection.startedAt)
  if (now < end) inTime++
  free.push(connection)
}

function finish() {
  const sorted = Float64Array.from(latencies).sort()
  const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
  const lost = sent - latencies.length
  const result: PacedResult = {
    ...{ rate: inTime / options.seconds, p50: at(0.5), p99: at(0.99) },
    ...{ requests: latencies.length, failed: failed + lost, example },
  }
  console.log(JSON.stringify(result))
  process.exit(0)
}
