import type { Container } from './inspect/file-info.ts'

/**
 * The media port: a file in, a playable MP4 and a cover out. Paths are those of local temporary files;
 * the caller owns them and moves the results to where they stay.
 */
export interface Media {
  /**
   * Finds out what a file is from its bytes and structure, never from its name, and what has to be
   * done with it.
   * @throws AppError not_a_video, video_damaged, video_too_long, video_too_big, video_too_fast,
   *   codec_unsupported, busy, unavailable
   */
  inspect(path: string): Promise<Inspection>

  /**
   * Writes a playable MP4 (H.264 yuv420p, AAC or silent, moov before mdat) to `target`. On a throw
   * nothing is left at `target`.
   * @throws AppError video_damaged, video_too_long, codec_unsupported, storage_full, busy, unavailable
   */
  render(path: string, inspection: Inspection, target: string): Promise<Rendition>

  /**
   * Writes a JPEG, upright and at most 720 pixels wide, of the first frame that shows something to
   * `target`; a drawn placeholder if no frame can be decoded. On a throw nothing is left at `target`.
   * @throws AppError storage_full, busy, unavailable
   */
  cover(path: string, inspection: Inspection, target: string): Promise<void>

  /**
   * Which ffmpeg does the work, for display: `embedded` or the path of a native one; `auto` until
   * that is known.
   */
  readonly engine: string

  /** Ends the child processes; work under way is rejected with AppError unavailable. */
  close(): Promise<void>
}

/** `width` and `height` are pixels as displayed (upright, square), `duration` is seconds. */
export interface Inspection {
  readonly container: Container
  readonly videoCodec: string
  readonly audioCodec: string | null
  /** Which of the file's audio tracks is kept, counted from 0; null if it is silent. */
  readonly audioTrack: number | null
  readonly width: number
  readonly height: number
  /** Clockwise degrees by which a player turns the stored picture. */
  readonly rotation: 0 | 90 | 180 | 270
  readonly duration: number
  /** The transfer curve, if the dynamic range is high; most phones can record one. */
  readonly hdr: 'hlg' | 'pq' | null
  /** The picture is kept bit for bit, even where `plan` is `transcode` because of the audio. */
  readonly keepsVideo: boolean
  /**
   * `copy`: already H.264 4:2:0 8-bit and AAC (or silent) in MP4; `remux`: those streams in another
   * container; `transcode`: anything else.
   */
  readonly plan: 'copy' | 'remux' | 'transcode'
}

/** The MP4 that `render` wrote. `size` is bytes, `duration` seconds. */
export interface Rendition {
  readonly size: number
  readonly width: number
  readonly height: number
  readonly duration: number
}

/** The settings of `createMedia`. */
export interface MediaOptions {
  /** `auto` takes a native ffmpeg from PATH if there is one; a path names one. */
  readonly ffmpeg: 'auto' | 'embedded' | (string & {})
  /** Seconds; longer videos are refused. */
  readonly maxDuration: number
  /** Width × height of a frame; larger ones are refused. */
  readonly maxPixels: number
  /** Frames a second; faster ones are refused. */
  readonly maxFrameRate: number
}
