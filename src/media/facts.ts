/** What the bytes of a file say about it, before any limit of ours is applied. */
export interface Facts {
  /** `mp4`, `mov`, `matroska`, `webm`, `mpegts`, `ogg`, `avi`, `flv`, `asf` or `mpeg`. */
  readonly container: Container
  readonly video: VideoFacts
  /** `track` counts the sound tracks of the file from 0; this is the one to keep. */
  readonly audio: { readonly codec: string; readonly track: number } | null
  /** Seconds; 0 if the file doesn't say. */
  readonly duration: number
  /** Whether a player can start before it has the end of the file; only MP4 and MOV may say no. */
  readonly faststart: boolean
}

export interface VideoFacts {
  /** As ffmpeg names it: `h264`, `hevc`, `vp9`, … */
  readonly codec: string
  /** Pixels as displayed: upright and square. */
  readonly width: number
  readonly height: number
  readonly rotation: 0 | 90 | 180 | 270
  /** Shown as in a mirror, which not every player does. */
  readonly mirrored: boolean
  /** Frames a second on average; 0 if there is only one. */
  readonly frameRate: number
  /** H.264 of 8 bits and 4:2:0, which every player and browser decodes. */
  readonly universal: boolean
  /** The curve of a high dynamic range, which has to be bent for ordinary screens. */
  readonly hdr: 'hlg' | 'pq' | null
  /** Square pixels, or so nearly that nobody sees it. */
  readonly square: boolean
}

/** The name of each container that is taken, and of the one demuxer of ffmpeg that may open it. */
export const demuxers = {
  mp4: 'mov',
  mov: 'mov',
  matroska: 'matroska',
  webm: 'matroska',
  mpegts: 'mpegts',
  ogg: 'ogg',
  avi: 'avi',
  flv: 'flv',
  asf: 'asf',
  mpeg: 'mpeg',
} as const

export type Container = keyof typeof demuxers
