import type { PageRequest } from '../../../page.ts'
import type { Handle } from '../../engine/handle.ts'
import { idOf, top } from '../../loaders/cursor.ts'
import { grams, tagsOf } from './grams.ts'

/** What one request may take, so that no keyword keeps others waiting or the searcher for long. */
const maxMs = 150
/** Ids that are looked through in one turn of the event loop: at first, at least, and at most. */
const ids = { first: 16, least: 4, most: 65_536 }
/** A turn that took less is followed by a longer one, one that took more by a shorter one. */
const turnMs = { short: 1, long: 4 }

/** Found ids, newest first; `next` leads to the rest, which may be all that is left to look through. */
export interface Found {
  readonly ids: readonly number[]
  readonly next: string | null
}

/** Looks for what a query of grams.ts matches. @throws AppError invalid, if the cursor is none of ours */
export type Search = (match: string | null, page: PageRequest) => Promise<Found>

/**
 * Raw SQL throughout this file: drizzle knows no full text. Each part of the ids is read forwards, since
 * backwards FTS5 reads a word's whole list first: of 30,000 titles 2 ms a word instead of 0.03.
 */
const searches = {
  user: `SELECT users.id FROM user_search CROSS JOIN users ON users.id = user_search.rowid
     AND users.removing_at IS NULL
   WHERE user_search MATCH ? AND user_search.rowid >= ? AND user_search.rowid < ?
   ORDER BY user_search.rowid`,
  video: `SELECT videos.id FROM video_search CROSS JOIN videos ON videos.id = video_search.rowid
     AND videos.published_at IS NOT NULL
   WHERE video_search MATCH ? AND video_search.rowid >= ? AND video_search.rowid < ?
   ORDER BY video_search.rowid`,
}

/**
 * Binds the search of one kind. It goes back through the ids, some in each turn, until the page is full
 * or the time is up: a page may be short, or empty, and have a next one.
 */
export function createSearch(db: Handle, kind: keyof typeof searches): Search {
  const find = db.read<{ id: number }, [string, number, number]>(searches[kind])
  const newest = db.read<{ id: number | null }>(`SELECT max(id) AS id FROM ${kind}s`)

  return async (match, { cursor, limit }) => {
    const start = idOf(cursor, top)
    if (match === null) return { ids: [], next: null }
    const deadline = performance.now() + maxMs
    const found: number[] = []
    let below = Math.min(start, (newest.get()?.id ?? 0) + 1)
    for (let width = ids.first; below > 1; ) {
      const from = Math.max(1, below - width)
      const started = performance.now()
      const rows = find.all(match, from, below)
      const now = performance.now()
      found.push(...rows.map(({ id }) => id).reverse())
      // One more than is shown: there is a next page, and it begins behind the last one shown.
      if (found.length > limit) {
        const shown = found.slice(0, limit)
        return { ids: shown, next: String(shown.at(-1)) }
      }
      below = from
      if (now > deadline) break
      if (now - started < turnMs.short) width = Math.min(ids.most, width * 4)
      else if (now - started > turnMs.long) width = Math.max(ids.least, Math.floor(width / 4))
      await new Promise(setImmediate)
    }
    return { ids: found, next: below > 1 ? String(below) : null }
  }
}

/** Puts a name into the search, within the commit that writes it. */
export function createNameIndex(db: Handle): (id: number, name: string) => void {
  const add = db.write<[number, string]>('INSERT INTO user_search (rowid, name) VALUES (?, ?)')
  return (id, name) => void add.run(id, grams(name))
}

/** Puts a title and its tags into the search, within the commit that writes it. */
export function createTitleIndex(db: Handle): (id: number, title: string) => void {
  const add = db.write<[number, string, string]>(
    'INSERT INTO video_search (rowid, title, tags) VALUES (?, ?, ?)',
  )
  return (id, title) => void add.run(id, grams(title), tagsOf(title))
}
