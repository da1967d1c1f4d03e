import { availableParallelism } from 'node:os'

/** What runs ffmpeg: the embedded one or a native one. Both take the same arguments. */
export interface Ffmpeg {
  readonly kind: 'embedded' | 'native'
  /** The decoders that it has, as ffmpeg names them. */
  readonly decoders: ReadonlySet<string>
  /**
   * Runs one job and resolves if it ends by itself; only the files of the job can be opened.
   * @throws AppError busy, storage_full, unavailable; MediaTrouble
   */
  run(job: FfmpegJob): Promise<FfmpegResult>
  /** Ends what runs; jobs under way are rejected with AppError unavailable. */
  close(): void
}

export interface FfmpegJob {
  readonly lane: Lane
  readonly input: string
  /** What it reads besides the input: the tables of its filters. */
  readonly tables?: readonly string[]
  readonly outputs: readonly string[]
  /** Returns the arguments, given the names under which this ffmpeg sees the files. */
  readonly args: (
    input: string,
    outputs: readonly string[],
    tables: readonly string[],
  ) => readonly string[]
  /** The job is killed after this time. */
  readonly timeoutMs: number
}

/** `code` is the exit status; `log` has the last lines printed; `cpuMs` is the time of processors. */
export interface FfmpegResult {
  readonly code: number
  readonly cpuMs: number
  readonly log: readonly string[]
}

/** `background` jobs take long, run at low priority and never delay the `interactive` ones. */
export type Lane = 'interactive' | 'background'

/** How many jobs of a lane run at once, and how many may wait before the next gets `busy`. */
export type Lanes = Readonly<Record<Lane, { readonly size: number; readonly waiting: number }>>

export const defaultLanes: Lanes = {
  interactive: { size: 2, waiting: 64 },
  background: { size: availableParallelism(), waiting: 16 },
}
