import type { Store } from '../store.ts'
import { createComments } from './comments.ts'
import { createGroupCommit } from './commit.ts'
import { createEngine } from './engine.ts'
import { createFavorites } from './favorites.ts'
import { createJobs } from './jobs.ts'
import { createMessages } from './messages.ts'
import { openDatabase } from './open.ts'
import { createRelations } from './relations.ts'
import { createSeeding } from './seeding.ts'
import { createSessions } from './sessions.ts'
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
  const group = createGroupCommit(database)
  const engine = createEngine(database, group.commit)
  return {
    users: createUsers(engine),
    sessions: createSessions(engine),
    videos: createVideos(engine),
    favorites: createFavorites(engine),
    comments: createComments(engine),
    relations: createRelations(engine),
    messages: createMessages(engine),
    jobs: createJobs(engine),
    seeding: createSeeding(engine),
    async close() {
      await group.close()
      database.close()
    },
  }
}
