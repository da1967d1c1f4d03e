import { createPlainWrites, type Write, writeOf } from '../cases/plain-writes.ts'
import { readCaptured } from './captured.ts'
import { serveLocally } from './local-server.ts'

// The least that can serve a write: Bun's own server, the parameters of the URL, plain writes, all that
// came meanwhile in one transaction, and the response that the real server gave. Nothing is checked,
// limited, cached, logged or pushed. No server with these statements is faster.
// Usage: bun minimal-server.ts FILE

export interface MinimalOptions {
  /** Of a world that nobody else has open. */
  readonly directory: string
  readonly kind: string
  /** Ids of the users, by their tokens. */
  readonly ids: readonly (readonly [string, number])[]
  /** The path of the responses. */
  readonly captured: string
}

/** Writes of a transaction, and turns of the event loop that it waits for more, as in the real server. */
const maxBatch = 128
const maxTurns = 4

const options: MinimalOptions = await Bun.file(process.argv[2]!).json()
const ids = new Map(options.ids)
const { headers, bodies } = await readCaptured(options.captured)
const body = new Blob([bodies[0]!])
const init = { headers: new Headers(headers) }
const plain = createPlainWrites(options.directory, options.kind)

const waiting: { write: Write; resolve(response: Response): void }[] = []
let isScheduled = false

const schedule = () => {
  isScheduled = true
  setImmediate(gather, 0, maxTurns)
}

const gather = (before: number, turns: number) => {
  if (waiting.length === before || waiting.length >= maxBatch || turns === 0) return run()
  setImmediate(gather, waiting.length, turns - 1)
}

const run = () => {
  if (!plain.isFree()) return void plain.whenFree().then(run)
  isScheduled = false
  const batch = waiting.splice(0, maxBatch)
  plain.transact(batch.map(({ write }) => write))
  for (const { resolve } of batch) resolve(new Response(body, init))
  if (waiting.length > 0) schedule()
}

serveLocally(
  ({ url }) =>
    new Promise((resolve) => {
      waiting.push({ write: writeOf(url, ids), resolve })
      if (!isScheduled) schedule()
    }),
)
