import type { Database } from 'bun:sqlite'
import { AppError } from '../../../errors.ts'
import { lazily } from '../../../lib/lazily.ts'
import { createTurn } from '../../../lib/turns/turns.ts'
import { createCaches } from '../../cache/caches.ts'
import type { Store } from '../../store.ts'
import { createCheckpoints } from '../commit/checkpoints.ts'
import { createClock } from '../commit/clock.ts'
import { createGroupCommit } from '../commit/group-commit.ts'
import { rewriteFile } from '../commit/maintenance.ts'
import { createTotals } from '../commit/totals.ts'
import { createChecks } from '../doctor/checks.ts'
import { createLoaders } from '../loaders/loaders.ts'
import { createInvites } from '../queries/account/invites.ts'
import { createAccounts } from '../queries/accounts.ts'
import { createComments } from '../queries/comments.ts'
import { createFavorites } from '../queries/favorites.ts'
import { createJobs } from '../queries/media/jobs.ts'
import { createMessages } from '../queries/message/messages.ts'
import { createNotices } from '../queries/notice/notices.ts'
import { createRelations } from '../queries/relations.ts'
import { createReports } from '../queries/reports.ts'
import { createSeeding } from '../queries/seeding.ts'
import { createSessions } from '../queries/sessions.ts'
import { createUsers } from '../queries/users.ts'
import { createVideos } from '../queries/videos.ts'
import { createHandle } from './handle.ts'
import { removeKeptCopies } from './kept-copies.ts'
import { openDatabase } from './open.ts'
import type { QueryContext } from './query-context.ts'
import { createSameFileCheck } from './same-file.ts'
import { takeSnapshot } from './snapshot.ts'

/**
 * The embedded engine: one SQLite file, made if absent.
 * @param note told what an operator should know of the file
 * @throws Error with a sentence, if the file can't be opened or is from a newer version
 */
export function createSqliteStore(path: string, note?: (text: string) => void): Store {
  const database = openDatabase(path, note)
  // From here on another process's lock is waited for outside of SQLite (see group-commit.ts).
  database.run('PRAGMA busy_timeout = 0')
  const db = createHandle(database)
  const assertSameFile = createSameFileCheck(path)
  const checkpoints = createCheckpoints(database, path, () => group.retry(), note)
  const clock = createClock(db)
  const turn = createTurn()
  const caches = createCaches(createLoaders(db, turn), createForeignWriteCheck(database))
  let observer = (_writes: number, _ms: number): void => {}
  const group = createGroupCommit(database, db, {
    before() {
      assertSameFile()
      checkpoints.assertFree()
    },
    finish: createTotals(db),
    committed(changes, writes, ms) {
      caches.changed(changes)
      checkpoints.committed()
      observer(writes, ms)
    },
  })
  const engine: QueryContext = {
    db,
    path,
    commit: group.commit,
    commitAlone: group.commitAlone,
    caches,
    turn,
    removeKeptCopies: () => removeKeptCopies(path),
    async rewriteFile() {
      await rewriteFile(path)
      await checkpoints.empty()
    },
    now: clock.now,
    isClockBehind: clock.isBehind,
  }
  const newestUser = db.read('SELECT max(id) FROM users')
  let isClosed = false
  const open =
    <T>(create: (engine: QueryContext) => T) =>
    (): T => {
      if (isClosed) throw new AppError('unavailable')
      return create(engine)
    }
  // The statements of all parts take 6 MB and 40 ms, and most are hardly ever run.
  const rest = lazily({
    accounts: open(createAccounts),
    invites: open(createInvites),
    messages: open(createMessages),
    notices: open(createNotices),
    reports: open(createReports),
    jobs: open(createJobs),
    seeding: open(createSeeding),
    checks: open(createChecks),
  })
  return Object.assign(rest, {
    users: createUsers(engine),
    sessions: createSessions(engine),
    videos: createVideos(engine),
    favorites: createFavorites(engine),
    comments: createComments(engine),
    relations: createRelations(engine),
    async ping() {
      if (isClosed) throw new AppError('unavailable')
      assertSameFile()
      newestUser.get()
    },
    observe(told: typeof observer) {
      observer = told
    },
    async snapshot(target: string) {
      takeSnapshot(database, target)
    },
    async close() {
      await group.close()
      if (isClosed) return
      isClosed = true
      await checkpoints.close()
      database.close()
    },
  })
}

/** Asks SQLite whether another connection has committed since it was last asked. */
function createForeignWriteCheck(database: Database): () => boolean {
  const version = database.prepare<{ data_version: number }, []>('PRAGMA data_version')
  let seen = version.get()?.data_version
  return () => {
    const now = version.get()?.data_version
    if (now === seen) return false
    seen = now
    return true
  }
}
