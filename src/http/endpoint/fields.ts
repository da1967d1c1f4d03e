import { type TInteger, type TString, Type as t } from '@sinclair/typebox'
import type { Bilingual } from '../../errors.ts'
import { cursorPattern } from '../../store/page.ts'
import type { UsedWith } from './params.ts'

/** An int64 of the API: a positive number below 2^53. */
export const Id = (
  about: Bilingual,
  options: { usedWith?: UsedWith; examples?: readonly number[] } = {},
): TInteger =>
  t.Integer({
    ...{ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [1] },
    about,
    ...options,
  })

/** A count. */
export const Count = (about: Bilingual, example = 0): TInteger =>
  t.Integer({ minimum: 0, about, examples: [example] })

/** A point to start from: an id or a moment, 0 for the very beginning. */
export const Start = (about: Bilingual): TInteger =>
  t.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, about, examples: [0] })

/** A moment to start from, Unix time, as leniently read as phones and scripts write it. */
export const Moment = (about: Bilingual): TInteger =>
  t.Integer({
    ...{ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, moment: true },
    about,
    examples: [0],
  })

/**
 * Something in it is more than space. One way to match it: with anything before what is seen, 2,000
 * characters and a NUL at the end took 18 ms.
 */
const seen = '^\\s*[^\\u0000\\s][^\\u0000]*$'

/** A text that somebody wrote, of 1 to `maxLength` characters. */
export const Text = (
  maxLength: number,
  {
    example,
    ...options
  }: { about: Bilingual; example: Bilingual; trim?: true; usedWith?: UsedWith },
): TString => t.String({ minLength: 1, maxLength, pattern: seen, examples: [example], ...options })

/** An absolute URL. */
export const Url = (about: Bilingual, example: string): TString =>
  t.String({ format: 'uri', about, examples: [`https://douyin.example${example}`] })

/** 1 does something, 2 undoes it. */
export const Action = (on: Bilingual, off: Bilingual): TInteger =>
  t.Integer({
    enum: [1, 2],
    about: { zh: `1：${on.zh}，2：${off.zh}`, en: `1: ${on.en}, 2: ${off.en}` },
    examples: [1],
  })

/** Optional paging of a list that the published API has none for; the app ignores it. */
export const paging = {
  cursor: t.Optional(
    t.String({
      ...{ maxLength: 34, pattern: cursorPattern },
      about: { zh: '上一页的 `next_cursor`', en: '`next_cursor` of the page before' },
    }),
  ),
  limit: t.Optional(
    t.Integer({
      minimum: 1,
      maximum: 1000,
      about: { zh: '每页条数；不填表示全部', en: 'Entries of a page; absent: all of them' },
    }),
  ),
}

/** The cursor of the next page, `""` if there is none. */
export const nextCursor = t.String({
  about: { zh: '用作 `cursor`；最后一页之后为空', en: 'For `cursor`; empty after the last page' },
  examples: [''],
})
