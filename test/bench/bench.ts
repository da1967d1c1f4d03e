import type { Options } from './options.ts'

/** What every measurement is given. */
export interface Bench {
  readonly options: Options
  readonly binary: string
  /** Directory of the seeded world, to be copied. */
  readonly world: string
  /** For files of this run. */
  readonly directory: string
}

/** Whether a case was asked for. */
export const wanted = ({ only }: Options, name: string): boolean =>
  only.length === 0 || only.some((text) => name.includes(text))
