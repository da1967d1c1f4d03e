import type { Database } from 'bun:sqlite'
import { grams, tagsOf } from '../queries/search/grams.ts'

/** Rows that are in memory at once. */
const batchSize = 1_000

interface Row {
  readonly id: number
  readonly text: string
}

/** Puts every name and title into the search, within the step that makes it. */
export function fillSearch(database: Database): void {
  const addUser = database.prepare('INSERT INTO user_search (rowid, name) VALUES (?, ?)')
  const addVideo = database.prepare(
    'INSERT INTO video_search (rowid, title, tags) VALUES (?, ?, ?)',
  )
  each(database, 'SELECT id, name AS text FROM users WHERE removing_at IS NULL AND', (row) =>
    addUser.run(row.id, grams(row.text)),
  )
  each(database, 'SELECT id, title AS text FROM videos WHERE', (row) =>
    addVideo.run(row.id, grams(row.text), tagsOf(row.text)),
  )
}

function each(database: Database, select: string, add: (row: Row) => unknown): void {
  const some = database.prepare<Row, [number, number]>(`${select} id > ? ORDER BY id LIMIT ?`)
  for (let last = 0, isMore = true; isMore; ) {
    const rows = some.all(last, batchSize)
    for (const row of rows) add(row)
    isMore = rows.length === batchSize
    last = rows.at(-1)?.id ?? last
  }
}
