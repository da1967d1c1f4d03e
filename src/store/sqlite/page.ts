import { AppError } from '../../errors.ts'
import type { Page } from '../page.ts'

/** Larger than any id or time in the database. */
export const top = Number.MAX_SAFE_INTEGER

/** A place in a list that is ordered by two numbers, newest first. */
export type Place = {
  readonly at: number
  readonly id: number
}

/** Reads a cursor that `pageOf` wrote; null is the start of a list. @throws AppError invalid */
export function placeOf(cursor: string | null): Place {
  if (cursor === null) return { at: top, id: top }
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor)
  if (!match) throw new AppError('invalid', { field: 'cursor' })
  return { at: Number(match[1]), id: Number(match[2]) }
}

/**
 * The list as it was, if that has the very same entries: what was made of it can be kept. Records
 * change all the time, but hardly ever those of one page.
 */
export function sameIfEqual<T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] {
  if (before?.length !== now.length) return now
  for (let at = 0; at < now.length; at++) if (before[at] !== now[at]) return now
  return before
}

/**
 * Makes a page of rows that were asked for with one more than `limit`, so that the last page knows
 * that it is the last.
 */
export function pageOf<R extends Place, T>(
  rows: readonly R[],
  limit: number,
  records: (ids: number[]) => readonly T[],
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: records(shown.map((row) => row.id)),
    next: rows.length > limit && last ? `${last.at}.${last.id}` : null,
  }
}
