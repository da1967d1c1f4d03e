import { Database } from 'bun:sqlite'
import type { Checks } from '../../checks.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { createMediaQueries } from '../queries/media/media.ts'
import { checkConversations } from './conversations.ts'
import { checkCounts } from './counts.ts'
import { createFindings } from './findings.ts'
import { checkNames } from './names.ts'
import { checkNotices } from './notices.ts'
import { checkReferences } from './references.ts'
import { checkSearch } from './search.ts'

/** Sentences of SQLite that are read at most: a torn file has thousands. */
const maxSentences = 100

/**
 * The queries of port `Checks`, prepared when asked for: no server needs them. Raw SQL, because they
 * ask SQLite about itself, or put the name of a table or a column together.
 */
export function createChecks(engine: QueryContext): Checks {
  const { db, path, caches } = engine
  return {
    async integrity() {
      const findings = createFindings()
      // A connection that has looked into a full-text index before calls it damaged when another
      // process has added to it since.
      using apart = new Database(path, { readonly: true })
      apart.run('PRAGMA busy_timeout = 5000')
      const rows = apart.query<{ integrity_check: string }, []>(
        `PRAGMA integrity_check(${maxSentences})`,
      )
      for (const { integrity_check: sentence } of rows.all()) {
        if (sentence !== 'ok') findings.add('the database file is damaged', sentence)
      }
      return findings.list()
    },

    async references(fix) {
      const findings = createFindings()
      await checkReferences(engine, fix, findings)
      if (fix) caches.forgetEverything()
      return findings.list()
    },

    async search(fix) {
      const findings = createFindings()
      await checkSearch(engine, fix, findings)
      return findings.list()
    },

    async names() {
      const findings = createFindings()
      checkNames(engine, findings)
      return findings.list()
    },

    async rows() {
      const tables = db.read<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'
           AND name NOT LIKE '%@_search%' ESCAPE '@'
         ORDER BY name`,
      )
      const count = (table: string) =>
        db.read<{ rows: number }>(`SELECT count(*) AS rows FROM "${table}"`).get()?.rows ?? 0
      return Object.fromEntries(tables.all().map(({ name }) => [name, count(name)]))
    },

    videosOf: async (mediaId) => createMediaQueries(engine).videosOf(mediaId),

    async counts(fix) {
      const findings = createFindings()
      await checkCounts(engine, fix, findings)
      await checkConversations(engine, fix, findings)
      await checkNotices(engine, fix, findings)
      if (fix) caches.forgetEverything()
      return findings.list()
    },
  }
}
