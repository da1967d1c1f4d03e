import type { FileInfo, SoundInfo } from './inspect/file-info.ts'

/**
 * The media port: a file in, a playable MP4 and a cover out. Paths are those of local temporary files;
 * the caller owns them and moves the results to where they stay.
 */
export interface Media {
  /**
   * Finds out what a file is from its bytes and structure, never from its name, and what has to be
   * done with it.
   * @throws AppError not_a_video, photo, sound_only, video_protected, video_damaged,
   *   video_too_long, video_too_big, video_too_fast, codec_unsupported, sound_unsupported, busy,
   *   unavailable
   */
  inspect(path: string): Promise<Inspection>

  /**
   * Writes a playable MP4 (H.264 yuv420p, AAC or silent, moov before mdat) to `target`. On a throw
   * nothing is left at `target`.
   * @throws AppError video_damaged, video_too_long, codec_unsupported, sound_unsupported,
   *   storage_full, busy, unavailable; MediaTrouble
   */
  render(
    path: string,
    inspection: Inspection,
    target: string,
    options?: RenderOptions,
  ): Promise<Rendition>

  /**
   * Decodes a playable MP4 whole, at low priority; returns whether nothing was wrong with it and its
   * picture has one size.
   * @param seconds of a processor that it is expected to take
   * @throws AppError busy, unavailable; MediaTrouble
   */
  verify(path: string, inspection: Inspection, seconds: number): Promise<boolean>

  /**
   * Writes a JPEG, upright and at most 720 pixels wide, of the first frame to `target`; of the best
   * one of the whole clip if that shows little; a drawn placeholder if none shows anything. On a throw
   * nothing is left at `target`.
   * @throws AppError storage_full, busy, unavailable
   */
  cover(path: string, info: FileInfo, target: string): Promise<void>

  /**
   * Writes a JPEG of a still picture (JPEG, PNG, WebP) to `target`: upright, with no side longer than
   * `side` pixels, and nothing in it but the picture.
   * @throws AppError not_a_picture, picture_unsupported, picture_moves, picture_too_big, storage_full,
   *   busy, unavailable
   */
  picture(path: string, side: number, target: string): Promise<void>

  /** Writes a drawing as the cover of what nobody could look at yet. @throws AppError storage_full */
  drawCover(target: string): Promise<void>

  /** Work done in a second of a processor; see `workOf`. @throws AppError, MediaTrouble */
  calibrate(): Promise<number>

  /** What decoding and transcoding a file takes, in pixels that are decoded. */
  workOf(inspection: Inspection): Promise<{ readonly decode: number; readonly transcode: number }>

  /** Which ffmpeg does the work, for display; `auto` until that is known. */
  readonly engine: 'auto' | 'embedded' | 'native'

  /** Ends the child processes; work under way is rejected with AppError unavailable. */
  close(): Promise<void>
}

export interface RenderOptions {
  /** Seconds of a processor that a transcode is expected to take; it is given some times as much. */
  readonly seconds?: number
  /** What it may write at most, in bytes. */
  readonly maxBytes?: number
  /**
   * Encodes picture and sound anew, so that what is broken in them is concealed, and fits frames of
   * several sizes into the largest.
   */
  readonly conceal?: boolean
}

/** What a file is, and what has to be done with it. */
export interface Inspection extends FileInfo {
  /** The sound that is published. */
  readonly audio: SoundInfo | null
  /** The picture is kept bit for bit, even where `plan` is `transcode` because of the audio. */
  readonly keepsVideo: boolean
  /**
   * `copy`: already H.264 4:2:0 8-bit and AAC (or silent) in MP4; `remux`: those streams in another
   * container; `transcode`: anything else.
   */
  readonly plan: 'copy' | 'remux' | 'transcode'
  /**
   * A copy or a remux plays on some devices only, or not well: it is published, and then a transcode
   * takes its place.
   */
  readonly thenTranscode: boolean
}

/** The MP4 that `render` wrote. `size` is bytes, `width` and `height` pixels, `duration` seconds. */
export interface Rendition {
  /** The time of processors that it took. */
  readonly cpuMs: number
  readonly size: number
  readonly width: number
  readonly height: number
  readonly duration: number
}

/** What is accepted. */
export interface Limits {
  /** Seconds. */
  readonly maxDuration: number
  /** Width × height of a frame. */
  readonly maxPixels: number
  /** Frames a second. */
  readonly maxFrameRate: number
}

/** The settings of `createMedia`. */
export interface MediaOptions extends Limits {
  /** Bytes that all media processes may have together; a quarter of the machine's if not given. */
  readonly memory?: number
  /** `auto` takes a native ffmpeg from PATH if there is one; a path names one. */
  readonly ffmpeg: 'auto' | 'embedded' | (string & {})
  /** Gets a sentence for the operator, without its full stop: why an ffmpeg that was found isn't used. */
  readonly note?: (line: string) => void
}

/**
 * Why a job was not done that says nothing about the file: a child process was lost or took too long,
 * memory was short, the engine is missing. The message is a sentence for the operator.
 */
export class MediaTrouble extends Error {
  override name = 'MediaTrouble'
  readonly kind: 'crash' | 'timeout' | 'memory' | 'engine'

  constructor(kind: MediaTrouble['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/** @param timeoutMs the time that it had */
export const tookTooLong = (timeoutMs: number): MediaTrouble =>
  new MediaTrouble('timeout', `it took longer than ${Math.round(timeoutMs / 1000)} s`)

/** What ffmpeg says when it gets no memory: the file may be honest all the same. */
export const lacksMemory = (log: readonly string[]): boolean =>
  log.some((line) => /Cannot allocate memory|Out of memory|malloc\b.*failed/i.test(line))

export const tookTooMuch = (): MediaTrouble =>
  new MediaTrouble('memory', 'it took more memory than there is for it (see --media-memory)')
