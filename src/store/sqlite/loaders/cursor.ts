import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { ListRow } from '../../cache/loaders.ts'

/** Larger than any id or time in the database. */
export const top = Number.MAX_SAFE_INTEGER

/** A place in a list that is ordered by a time and an id, newest first. */
export interface Place {
  readonly at: number
  readonly id: number
}

/** Reads a cursor that `rowsOf` wrote; null is the start of a list. @throws AppError invalid */
export function placeOf(cursor: string | null): Place {
  if (cursor === null) return { at: top, id: top }
  const match = parts.exec(cursor)
  if (!match) throw new AppError('invalid', { field: 'cursor' })
  return { at: Number(match[1]), id: Number(match[2] ?? 0) }
}

/** Both parts of what `cursorPattern` allows. */
const parts = /^[a-z]?(\d{1,16})(?:\.(\d{1,16}))?$/

/** Reads a cursor that is an id; null is `first`. @throws AppError invalid */
export const idOf = (cursor: string | null, first: number): number =>
  cursor === null ? first : placeOf(cursor).at

/** Gives each row the cursor that leads behind it. */
export const rowsOf = <R extends Place>(rows: readonly R[]): (Omit<R, 'at'> & ListRow)[] =>
  rows.map(({ at, ...row }) => ({ ...row, cursor: `${at}.${row.id}` }))

/** The condition that a row lies behind a place, whose values are bound as `at` and `id`. */
export const isBehind = (at: AnyColumn, id: AnyColumn): SQL =>
  sql`(${at}, ${id}) < (${sql.placeholder('at')}, ${sql.placeholder('id')})`
