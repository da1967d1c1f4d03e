import { type TInteger, type TString, Type as t } from '@sinclair/typebox'
import type { UsedWith } from './params.ts'

/** An int64 of the API: a positive number below 2^53. */
export const Id = (description: string, options: { usedWith?: UsedWith } = {}): TInteger =>
  t.Integer({
    ...{ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, ...options },
    description,
    examples: [1],
  })

/** A count. */
export const Count = (description: string): TInteger =>
  t.Integer({ minimum: 0, description, examples: [0] })

/** A point to start from: an id or a moment, 0 for the very beginning. */
export const Start = (description: string): TInteger =>
  t.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description, examples: [0] })

/** A moment to start from, Unix time, as leniently read as phones and scripts write it. */
export const Moment = (description: string): TInteger =>
  t.Integer({
    ...{ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, moment: true },
    description,
    examples: [0],
  })

/** A text that somebody wrote, of 1 to `maxLength` characters. */
export const Text = (
  maxLength: number,
  {
    example,
    ...options
  }: { description: string; example: string; trim?: true; usedWith?: UsedWith },
): TString =>
  t.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*$', examples: [example], ...options })

/** 1 does something, 2 undoes it. */
export const Action = (on: string, off: string): TInteger =>
  t.Integer({ enum: [1, 2], description: `1: ${on}, 2: ${off}`, examples: [1] })

/** Optional paging of a list that the published API has none for; the app ignores it. */
export const paging = {
  cursor: t.Optional(t.String({ maxLength: 64, description: '`next_cursor` of the page before' })),
  limit: t.Optional(
    t.Integer({ minimum: 1, maximum: 1000, description: 'Entries of a page; absent: all of them' }),
  ),
}

/** The cursor of the next page, `""` if there is none. */
export const nextCursor = t.String({ description: 'For `cursor`; empty after the last page' })
