import type { ChatterOptions, ChatterResult } from './chat.ts'

// Pairs of people who write to each other: one sends, and a message counts when the other one has
// it. Without a rate each sends its next message as soon as its last one has arrived; with one,
// messages leave at random moments, whether or not earlier ones have arrived.
// Usage: bun chat-load.ts JSON

const { pairs, seconds, rate }: ChatterOptions = JSON.parse(process.argv[2]!)
/** A socket has so long to send `sync` before messages are pushed to it without. */
const settlingMs = 800
/** An id used before would return the message that was stored then. */
const run = Date.now().toString(36)
const mark = /#(\d+)\.(\d+)#/

const sentAt: number[][] = pairs.map(() => [])
const latencies: number[] = []
const senders = await Promise.all(
  pairs.map(async ({ from, to }, pair) => {
    const hears = (data: string) => heard(pair, data)
    if (to === null) return open(from, hears)
    await open(to, hears)
    return open(from, () => {})
  }),
)
await Bun.sleep(settlingMs)

const started = performance.now()
const end = started + seconds * 1000
let sent = 0
if (rate === null) for (const pair of pairs.keys()) send(pair)
else {
  let due = started
  const tick = () => {
    const now = performance.now()
    while (due <= now && due < end) {
      send(sent % pairs.length)
      due += (-Math.log(1 - Math.random()) * 1000) / rate
    }
    if (due < end) setImmediate(tick)
  }
  tick()
}
await Bun.sleep(seconds * 1000)
const arrived = latencies.length
// What is still under way has some time to arrive.
for (let wait = 0; wait < 100 && latencies.length < sent; wait++) await Bun.sleep(50)

const sorted = Float64Array.from(latencies).sort()
const result: ChatterResult = {
  rate: arrived / seconds,
  p50: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
  p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  requests: arrived,
  lost: sent - latencies.length,
}
console.log(JSON.stringify(result))
process.exit(0)

function send(pair: number) {
  const times = sentAt[pair]!
  const mark = `${pair}.${times.length}`
  times.push(performance.now())
  sent++
  const content = `拍得真好，我也想去看看 #${mark}#`
  const frame = { type: 'send', to_user_id: pairs[pair]!.toUserId, content, client_id: run + mark }
  senders[pair]!.send(JSON.stringify(frame))
}

function heard(pair: number, data: string) {
  const found = mark.exec(data)
  if (!found) return
  const now = performance.now()
  latencies.push(now - sentAt[pair]![Number(found[2])]!)
  if (rate === null && now < end) send(pair)
}

function open(url: string, hear: (data: string) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.onopen = () => resolve(socket)
    socket.onerror = () => reject(new Error(`no socket at ${url.replace(/token=.*/, '')}`))
    socket.onmessage = ({ data }) => {
      if (String(data).startsWith('{"type":"error"')) {
        console.error(data)
        process.exit(1)
      }
      hear(data as string)
    }
  })
}
