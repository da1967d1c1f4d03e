/**
 * What the features may ask of media: a file in, a playable MP4 and a cover out. Paths are those of
 * local temporary files; the caller owns them and puts the results where they stay.
 */
export interface Media {
  /**
   * Finds out what a file is from its bytes and structure, never from its name.
   * @throws AppError not_a_video, video_damaged, video_too_long, video_too_big, video_too_fast,
   *   codec_unsupported, busy
   */
  inspect(path: string): Promise<Inspection>

  /**
   * Writes a playable MP4 (H.264 yuv420p, AAC or silent, moov before mdat, upright) to `target`.
   * On a throw nothing is left at `target`.
   * @throws AppError video_damaged, codec_unsupported, storage_full, busy
   */
  render(path: string, inspection: Inspection, target: string): Promise<Rendition>

  /**
   * Writes a JPEG, upright and at most 720 pixels wide, of the first frame worth looking at to
   * `target`; a drawn placeholder if none can be decoded.
   * @throws AppError storage_full, busy
   */
  cover(path: string, inspection: Inspection, target: string): Promise<void>

  /**
   * Which engine does the work, for a person to read: `embedded` or the path of a native ffmpeg;
   * `auto` as long as that is not known.
   */
  readonly engine: string

  /** Ends the child processes; work under way is rejected with AppError unavailable. */
  close(): Promise<void>
}

/** `width` and `height` are pixels as displayed (upright, square), `duration` is seconds. */
export interface Inspection {
  readonly container: string
  readonly videoCodec: string
  readonly audioCodec: string | null
  /** Which of the file's sound tracks is kept, counted from 0; null if it is silent. */
  readonly audioTrack: number | null
  readonly width: number
  readonly height: number
  /** Clockwise degrees that a player turns the stored picture by. */
  readonly rotation: 0 | 90 | 180 | 270
  readonly duration: number
  /** The curve of a high dynamic range; most phones record one when they are let. */
  readonly hdr: 'hlg' | 'pq' | null
  /** The picture is kept bit for bit, even where `plan` is `transcode` because of the sound. */
  readonly keepsVideo: boolean
  /**
   * `copy`: already H.264 4:2:0 8-bit and AAC (or silent) in MP4; `remux`: those streams in another
   * container; `transcode`: anything else.
   */
  readonly plan: 'copy' | 'remux' | 'transcode'
}

/** The MP4 that `render` made. `size` is bytes. */
export interface Rendition {
  readonly size: number
  readonly width: number
  readonly height: number
  readonly duration: number
}

/** What `createMedia` needs to know. */
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
