import type { moreZh } from './more-zh.ts'
import type { zh } from './zh.ts'

type Texts<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => string
    ? (...args: A) => string
    : T[K] extends string
      ? string
      : Texts<T[K]>
}

/** What every language has. */
export type FeedWords = Texts<typeof zh>
export type MoreWords = Texts<typeof moreZh>
export type Words = FeedWords & MoreWords
