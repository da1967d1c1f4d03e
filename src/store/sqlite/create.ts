import type { Store } from '../store.ts'
import { createAccounts } from './accounts.ts'
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
import { createRelations } from './relations.ts'
import { createSeeding } from './seeding.ts'
import { createSessions } from './sessions.ts'
import { takeSnapshot } from './snapshot.ts'
import { createUsers } from './users.ts'
import { createVideos } from './videos.ts'

/**
 * The embedded engine: one SQLite file, made if absent.
 * @throws Error with a sentence, if the file can't be opened or is from a newer version.
 */
export function createSqliteStore(path: string): Store {
  const database = openDatabase(path)
  // From here on a lock held by another process is waited for outside of SQLite (see commit.ts).
  database.run('PRAGMA busy_timeout = 0')
  const assertPresent = createPresence(path)
  const checkpoints = createCheckpoints(database, path)
  let committed = (_writes: number, _ms: number): void => {}
  const group = createGroupCommit(database, {
    before: assertPresent,
    after(writes, ms) {
      checkpoints.committed()
      committed(writes, ms)
    },
  })
  const engine = createEngine(database, group.commit)
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
    snapshot: async (target) => takeSnapshot(database, target),
    async close() {
      await group.close()
      checkpoints.close()
      database.close()
    },
  }
}
