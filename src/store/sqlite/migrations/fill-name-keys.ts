import type { Database } from 'bun:sqlite'
import { nameKey } from '../../../lib/text/name-key.ts'

/** Rows that are in memory at once. */
const batchSize = 1_000

/** Gives every user the key of the name, within the step that adds the column. */
export function fillNameKeys(database: Database): void {
  const some = database.prepare<{ id: number; name: string }, [number, number]>(
    'SELECT id, name FROM users WHERE id > ? ORDER BY id LIMIT ?',
  )
  const set = database.prepare<never, [string, number]>(
    'UPDATE users SET name_key = ? WHERE id = ?',
  )
  for (let last = 0, isMore = true; isMore; ) {
    const rows = some.all(last, batchSize)
    for (const { id, name } of rows) set.run(nameKey(name), id)
    isMore = rows.length === batchSize
    last = rows.at(-1)?.id ?? last
  }
}
