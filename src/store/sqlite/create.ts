import type { Store } from '../store.ts'
import { createAccounts } from './accounts.ts'
import { redoOf, turnsPath } from './catch-up.ts'
import { createCheckpoints } from './checkpoint.ts'
import { createChecks } from './checks.ts'
import { createComments } from './comments.ts'
import { createGroupCommit } from './commit.ts'
import { createEngine } from './engine.ts'
import { createFavorites } from './favorites.ts'
import { createJobs } from './jobs.ts'
import { createMessages } from './messages.ts'
import { openDatabase } from './open.ts'
import { createPresence } from './presence.ts'
import { createRecorder } from './recorder.ts'
import { createRelations } from './relations.ts'
import { roomBeside } from './room.ts'
import { createSeeding } from './seeding.ts'
import { createSessions } from './sessions.ts'
import { createSettling } from './settling.ts'
import { takeSnapshot } from './snapshot.ts'
import { createAhead, createDirect } from './transaction.ts'
import { createTurns } from './turns.ts'
import { createUsers } from './users.ts'
import { createVideos } from './videos.ts'
import { createWal } from './wal.ts'

/**
 * The embedded engine: one SQLite file, made if absent.
 * @param ahead for the server of a directory, of which there is one: writes are secured in a redo log
 *   and committed later, many together
 * @throws Error with a sentence, if the file can't be opened or is from a newer version.
 */
export function createSqliteStore(path: string, { ahead = false } = {}): Store {
  const opened = openDatabase(path)
  // From here on a lock held by another process is waited for outside of SQLite (see commit.ts).
  opened.run('PRAGMA busy_timeout = 0')
  if (ahead) opened.run('PRAGMA synchronous = NORMAL')
  const recorder = createRecorder(opened)
  const { database } = recorder
  const turns = createTurns(turnsPath(path))
  const checkpoints = createCheckpoints(opened, path)
  const parts = {
    database: opened,
    recorder,
    turns,
    mayBegin: () => !checkpoints.isHolding,
  }
  const transaction = ahead
    ? createAhead({
        ...parts,
        redo: redoOf(opened, path, true),
        wal: createWal(path),
        changed: () => engine.freshness.forget(),
      })
    : createDirect({ ...parts, findRedo: () => redoOf(opened, path, false) })
  const assertPresent = createPresence(path)
  const settling = createSettling(transaction, turns, roomBeside(path), checkpoints.committed)
  let committed = (_writes: number, _ms: number): void => {}
  const group = createGroupCommit(
    { database: opened, recorder, transaction },
    {
      before: assertPresent,
      takenBack: () => engine.freshness.forget(),
      after(writes, ms, statements) {
        if (ahead) settling.secured(statements)
        else checkpoints.committed()
        committed(writes, ms)
      },
    },
  )
  const engine = createEngine(recorder, group)
  let closed = false
  return {
    users: createUsers(engine),
    accounts: createAccounts(engine),
    sessions: createSessions(engine),
    videos: createVideos(engine),
    favorites: createFavorites(engine),
    comments: createComments(engine),
    relations: createRelations(engine),
    messages: createMessages(engine),
    jobs: createJobs(engine),
    seeding: createSeeding(engine),
    checks: createChecks(engine),
    async ping() {
      assertPresent()
      database.query('SELECT max(id) FROM users').get()
    },
    observe(told) {
      committed = told
    },
    async snapshot(target) {
      transaction.settle()
      takeSnapshot(opened, target)
    },
    async close() {
      await group.close()
      if (closed) return
      closed = true
      settling.close()
      try {
        transaction.settle()
      } catch {
        // What was acknowledged is in the redo log, and the next one who opens it goes on from there.
      }
      transaction.close()
      await checkpoints.close()
      opened.close()
    },
  }
}
