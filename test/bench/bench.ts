import type { Options } from './options.ts'

/** What every run is given. */
export interface Run {
  readonly options: Options
  readonly binary: string
  /** For files of this run. */
  readonly directory: string
}

/** What every measurement beside the bare server is given. */
export interface Bench extends Run {
  /** Directory of the seeded world, to be copied. */
  readonly world: string
}

/** Whether something was asked for; `kind` is null of what is neither a read nor a write. */
export const wanted = (
  options: Pick<Options, 'only' | 'kind'>,
  name: string,
  kind: 'read' | 'write' | null = null,
): boolean =>
  (options.kind === null || options.kind === kind) &&
  (options.only.length === 0 || options.only.some((text) => name.includes(text)))
