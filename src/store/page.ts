/** What the cursor of every list looks like. One that looks like this is never refused. */
export const cursorPattern = '^[a-z]?[0-9]{1,16}(?:\\.[0-9]{1,16})?$'

/** One page of a list; `next` is the cursor of the following one, null on the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** Which page: at most `limit` entries after `cursor` (as an earlier page gave it), from the start. */
export interface PageRequest {
  readonly cursor: string | null
  readonly limit: number
}
