import { join } from 'node:path'
import { createTurn } from '../../../src/lib/turns/turns.ts'
import { createCaches } from '../../../src/store/cache/caches.ts'
import type { Change } from '../../../src/store/cache/change.ts'
import { createCheckpoints } from '../../../src/store/sqlite/commit/checkpoints.ts'
import type { Commit } from '../../../src/store/sqlite/commit/group-commit.ts'
import { createTotals } from '../../../src/store/sqlite/commit/totals.ts'
import { createHandle } from '../../../src/store/sqlite/engine/handle.ts'
import { openDatabase } from '../../../src/store/sqlite/engine/open.ts'
import { createLoaders } from '../../../src/store/sqlite/loaders/loaders.ts'
import { createComments } from '../../../src/store/sqlite/queries/comments.ts'
import { createFavorites } from '../../../src/store/sqlite/queries/favorites.ts'
import { createMessages } from '../../../src/store/sqlite/queries/message/messages.ts'
import { createRelations } from '../../../src/store/sqlite/queries/relations.ts'
import type { Loop, LoopOptions, Write } from './bare-loop.ts'

// The store's own statements with nothing around them: no HTTP, no queue, no caches that are told,
// and checkpoints as the server makes them. Reads its options as JSON from its input.

const { directory, kind, writes, batch, seconds }: LoopOptions = await Bun.stdin.json()
const path = join(directory, 'douyin.db')
const database = openDatabase(path)
const db = createHandle(database)
const checkpoints = createCheckpoints(database, path)
const finish = createTotals(db)
const begin = database.prepare('BEGIN IMMEDIATE')
const commit = database.prepare('COMMIT')

let changes: Change[] = []
const atOnce: Commit = (write) => {
  const { result, changes: own } = write()
  changes.push(...own)
  return Promise.resolve(result)
}
const turn = createTurn()
const engine = {
  ...{ db, path, commit: atOnce, commitAlone: atOnce, now: Date.now, isClockBehind: () => false },
  rewriteFile: checkpoints.empty,
  removeKeptCopies() {},
  caches: createCaches(createLoaders(db, turn), () => false),
  turn,
}
const favorites = createFavorites(engine)
const comments = createComments(engine)
const relations = createRelations(engine)
const messages = createMessages(engine)

const run: Record<string, (write: Write) => unknown> = {
  like: ({ userId, targetId, on }) => favorites.set(userId, targetId, on),
  comment: ({ userId, targetId, text }) =>
    comments.create({ userId, videoId: targetId, content: text }),
  follow: ({ userId, targetId, on }) => relations.set(userId, targetId, on),
  message: ({ userId, targetId, text }) =>
    messages.send({ fromUserId: userId, toUserId: targetId, content: text, clientId: null }),
}
const write = run[kind]
if (!write) throw new Error(`no such write: ${kind}`)

let done = 0
const runFor = async (ms: number): Promise<Omit<Loop, 'batch'>> => {
  const before = { at: performance.now(), done, cpu: process.cpuUsage() }
  while (performance.now() - before.at < ms) {
    if (isFree()) transact()
    // Lets the worker say that it has copied the log.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const { user, system } = process.cpuUsage(before.cpu)
  const amount = done - before.done
  return {
    rate: (amount * 1000) / (performance.now() - before.at),
    cpu: (user + system) / amount,
  }
}

const isFree = () => {
  try {
    checkpoints.assertFree()
    return true
  } catch {
    return false
  }
}

const transact = () => {
  changes = []
  begin.run()
  for (let at = 0; at < batch; at++) write(writes[done++ % writes.length]!)
  finish(changes)
  commit.run()
  checkpoints.committed()
}

// What runs often is compiled anew, and pages come into memory.
await runFor(Math.min(1, seconds) * 1000)
console.log(JSON.stringify(await runFor(seconds * 1000)))
await checkpoints.close()
database.close()
process.exit(0)
