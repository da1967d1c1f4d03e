import type { Checks, Finding } from '../checks.ts'
import { createCounts } from './counts.ts'
import type { Engine } from './engine.ts'
import { createReferences } from './references.ts'

/** Sentences of SQLite that are read at most: a torn file has thousands. */
const most = 100

/** The queries of port `Checks`. They are prepared when asked for: no server needs them. */
export function createChecks(engine: Engine): Checks {
  const { raw, freshness } = engine
  return {
    async integrity() {
      const rows = raw
        .prepare<{ integrity_check: string }, []>(`PRAGMA integrity_check(${most})`)
        .all()
      const sentences = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
      const tally = createTally()
      for (const sentence of sentences) tally.add('the database file is damaged', sentence)
      return tally.findings()
    },

    async references(fix) {
      const tally = createTally()
      await createReferences(engine)(fix, tally)
      freshness.forget()
      return tally.findings()
    },

    async rows() {
      const tables = raw
        .prepare<{ name: string }, []>(
          `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'
           ORDER BY name`,
        )
        .all()
      const count = (table: string) =>
        raw.prepare<{ rows: number }, []>(`SELECT count(*) AS rows FROM "${table}"`).get()!.rows
      return Object.fromEntries(tables.map(({ name }) => [name, count(name)]))
    },

    async videosOf(mediaId) {
      const rows = raw
        .prepare<{ id: number }, [number]>('SELECT id FROM videos WHERE media_id = ?')
        .all(mediaId)
      return rows.map(({ id }) => id)
    },

    async counts(fix) {
      const tally = createTally()
      await createCounts(engine)(fix, tally)
      freshness.forget()
      return tally.findings()
    },
  }
}

/** Gathers findings; of each kind a few examples are kept, however many there are. */
export interface Tally {
  add(what: string, example: string, rows?: number): void
  findings(): readonly Finding[]
}

const shown = 5

function createTally(): Tally {
  const found = new Map<string, { rows: number; examples: string[] }>()
  return {
    add(what, example, rows = 1) {
      const entry = found.get(what) ?? { rows: 0, examples: [] }
      found.set(what, entry)
      entry.rows += rows
      if (entry.examples.length < shown) entry.examples.push(example)
    },
    findings: () => [...found].map(([what, entry]) => ({ what, ...entry })),
  }
}
