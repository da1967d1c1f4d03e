import { join } from 'node:path'
import { readQuery } from '../../../src/http/endpoint/query.ts'
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

/** One write as the store gets it, whatever its endpoint. */
export interface Write {
  readonly userId: number
  readonly targetId: number
  /** Off takes a like or a follow back. */
  readonly on: boolean
  readonly text: string
}

/**
 * What the URL of a request is to write.
 * @param ids of the users, by their tokens
 */
export function writeOf(url: string, ids: ReadonlyMap<string, number>): Write {
  const given = readQuery(url)
  const text = (name: string) => given.get(name) as string | undefined
  return {
    userId: ids.get(text('token') ?? '')!,
    targetId: Number(text('video_id') ?? text('to_user_id')),
    on: text('action_type') === '1',
    text: text('comment_text') ?? text('content') ?? '',
  }
}

/**
 * The store's own statements of one kind of write, with nothing around them: no queue, no caches that
 * are told, and checkpoints as the server makes them.
 * @param directory of a world that nobody else has open
 */
export function createPlainWrites(directory: string, kind: string) {
  const path = join(directory, 'douyin.db')
  const database = openDatabase(path)
  const db = createHandle(database)
  let freed = () => {}
  const checkpoints = createCheckpoints(database, path, () => freed())
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

  const kinds: Record<string, (write: Write) => unknown> = {
    like: ({ userId, targetId, on }) => favorites.set(userId, targetId, on),
    comment: ({ userId, targetId, text }) =>
      comments.create({ userId, videoId: targetId, content: text }),
    follow: ({ userId, targetId, on }) => relations.set(userId, targetId, on),
    message: ({ userId, targetId, text }) =>
      messages.send({ fromUserId: userId, toUserId: targetId, content: text, clientId: null }),
  }
  const run = kinds[kind]
  if (!run) throw new Error(`no such write: ${kind}`)

  return {
    /** Whether a transaction may begin: the last pages of a long log are not just being copied. */
    isFree(): boolean {
      try {
        checkpoints.assertFree()
        return true
      } catch {
        return false
      }
    },
    /** Resolves as soon as one may, if none may now. */
    whenFree: () =>
      new Promise<void>((resolve) => {
        freed = resolve
      }),
    /** Writes all of them in one transaction, which is synced. */
    transact(writes: readonly Write[]): void {
      changes = []
      const rowsBefore = db.rowsChanged
      begin.run()
      for (const write of writes) run(write)
      if (db.rowsChanged > rowsBefore) finish(changes)
      commit.run()
      checkpoints.committed()
    },
    async close(): Promise<void> {
      await checkpoints.close()
      database.close()
    },
  }
}
