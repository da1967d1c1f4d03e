import type { Facts } from './facts.ts'
import type { MediaOptions } from './media.ts'

/** What the jobs of this folder are given: who runs ffmpeg, and who reads a file. */
export interface MediaContext {
  readonly engine: Engine
  readonly limits: Pick<MediaOptions, 'maxDuration' | 'maxPixels'>
  /** @throws AppError not_a_video, video_damaged, busy, unavailable */
  readonly examine: (path: string) => Promise<Facts>
}

/** What runs ffmpeg: the embedded one or a native one. Both take the same arguments. */
export interface Engine {
  /** `embedded` or the path of the program. */
  readonly name: string
  /** Whether it can decode a codec, as ffmpeg names it. */
  decodes(codec: string): boolean
  /** Whether it can bend a high dynamic range to that of ordinary screens. */
  readonly tonemaps: boolean
  /**
   * Runs ffmpeg and resolves however it ends; only the files of the job can be opened.
   * @throws AppError busy, storage_full, unavailable
   */
  run(job: Job): Promise<Outcome>
  /** Ends what runs; jobs under way are rejected with AppError unavailable. */
  close(): Promise<void>
}

export interface Job {
  /** `background` jobs take long, run at low priority and never hold up the others. */
  readonly lane: 'interactive' | 'background'
  readonly input: string
  readonly outputs: readonly string[]
  /** The arguments, given the names under which the engine sees the files. */
  readonly args: (input: string, outputs: readonly string[]) => readonly string[]
  /** Milliseconds after which the job is killed. */
  readonly timeout: number
}

/** `code` is ffmpeg's exit status, `log` its last lines. */
export interface Outcome {
  readonly ended: 'exit' | 'timeout' | 'crash'
  readonly code: number
  readonly log: readonly string[]
}

/** How many jobs of a lane run at once, and how many may wait before the next is told `busy`. */
export interface Lanes {
  readonly interactive: { readonly size: number; readonly waiting: number }
  readonly background: { readonly size: number; readonly waiting: number }
}
