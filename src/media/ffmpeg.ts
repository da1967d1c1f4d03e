/** What runs ffmpeg: the embedded one or a native one. Both take the same arguments. */
export interface Ffmpeg {
  /** `embedded` or the path of the program. */
  readonly name: string
  /** Whether it can decode a codec, as ffmpeg names it. */
  decodes(codec: string): boolean
  /** Whether it can map a high dynamic range to that of ordinary screens. */
  readonly tonemaps: boolean
  /**
   * Runs one job and resolves however it ends; only the files of the job can be opened.
   * @throws AppError busy, storage_full, unavailable
   */
  run(job: FfmpegJob): Promise<FfmpegResult>
  /** Ends what runs; jobs under way are rejected with AppError unavailable. */
  close(): Promise<void>
}

export interface FfmpegJob {
  readonly lane: Lane
  readonly input: string
  readonly outputs: readonly string[]
  /** Returns the arguments, given the names under which this ffmpeg sees the files. */
  readonly args: (input: string, outputs: readonly string[]) => readonly string[]
  /** The job is killed after this time. */
  readonly timeoutMs: number
}

/** `code` is the exit status, `log` the last lines that it printed. */
export interface FfmpegResult {
  readonly ended: 'exit' | 'timeout' | 'crash'
  readonly code: number
  readonly log: readonly string[]
}

/** `background` jobs take long, run at low priority and never delay the `interactive` ones. */
export type Lane = 'interactive' | 'background'

/** How many jobs of a lane run at once, and how many may wait before the next gets `busy`. */
export type Lanes = Readonly<Record<Lane, { readonly size: number; readonly waiting: number }>>
