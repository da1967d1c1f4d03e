/** A kind of damage: how many rows have it, and the first few of them for a person to look at. */
export interface Finding {
  readonly what: string
  readonly rows: number
  readonly examples: readonly string[]
}

/**
 * What `doctor` asks of a database. Each check goes through all rows in bounded steps, so that others
 * may write meanwhile; with `fix` each step is a transaction that puts right what it finds.
 */
export interface Checks {
  /** What the engine's own check of its files has to say; nothing of it can be put right here. */
  integrity(): Promise<readonly Finding[]>
  /** Rows that refer to rows that aren't there; a fix removes them. */
  references(fix: boolean): Promise<readonly Finding[]>
  /** Names and titles that searching finds wrongly, or words of what isn't there; a fix indexes anew. */
  search(fix: boolean): Promise<readonly Finding[]>
  /** The videos that show some media. */
  videosOf(mediaId: number): Promise<readonly number[]>
  /**
   * Users whose names are compared as equal, taken before there was such a rule. Nothing is wrong with
   * them: each logs in with the very name, and any other way of writing it means the oldest.
   */
  names(): Promise<readonly Finding[]>
  /** How many rows each table has. */
  rows(): Promise<Readonly<Record<string, number>>>
  /** Counts, and summaries of conversations, that the rows contradict; a fix counts again. */
  counts(fix: boolean): Promise<readonly Finding[]>
}
