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
  /** Packets that an engine decodes which has no decoder for them in ffmpeg itself. */
  readonly packets?: Packets | null
  readonly outputs: readonly string[]
  /** Returns the arguments, given the names under which this ffmpeg sees the files. */
  readonly args: (
    input: string,
    outputs: readonly string[],
    tables: readonly string[],
    packets: string,
  ) => readonly string[]
  /** The job is killed after this time. */
  readonly timeoutMs: number
}

/** A file of AV1 packets, which ffmpeg reads as one of their pictures; both are IVF. */
export interface Packets {
  readonly path: string
  readonly decoding: Decoding
}

/** How AV1 is decoded. */
export interface Decoding {
  /** Pixels of every picture as ffmpeg sees it; one of another size is fitted in. */
  readonly width: number
  readonly height: number
  /** The value of black: 16, or 0 where all values are used. */
  readonly black: number
  /** OBUs that the container keeps for itself, in base64. */
  readonly config: string
  /** Memory of the decoder. */
  readonly maxBytes: number
  /** As many pictures at most, chosen evenly; null: all. Each has to need no other. */
  readonly most: number | null
}

/** The line of the log that says that the decoder of AV1 is not made for the sampling of a picture. */
export const otherSampling = 'the picture is not of 4:2:0'

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
