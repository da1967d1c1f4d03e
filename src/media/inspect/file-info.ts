/** What the bytes of a file say about it, before any limit of ours is applied. */
export interface FileInfo extends Tracks {
  readonly container: Container
  /** Whether a player can start before it has the end of the file; only MP4 and MOV may say no. */
  readonly faststart: boolean
}

/** The tracks that are kept: one picture, one audio track or none. */
export interface Tracks {
  readonly video: VideoInfo
  /** `track` counts the audio tracks of the file from 0. */
  readonly audio: { readonly codec: string; readonly track: number } | null
  /** Seconds; 0 if the file doesn't say. */
  readonly duration: number
}

export interface VideoInfo {
  /** As ffmpeg names it: `h264`, `hevc`, `vp9`, … */
  readonly codec: string
  /** Pixels as displayed: upright and square. */
  readonly width: number
  readonly height: number
  /** Shown as in a mirror, which not every player does. */
  readonly mirrored: boolean
  /** Frames a second on average; 0 if there is only one. */
  readonly frameRate: number
  /** H.264 of 8 bits and 4:2:0, which every player and browser decodes. */
  readonly universal: boolean
  /** The transfer curve of a high dynamic range, which has to be mapped for ordinary screens. */
  readonly hdr: 'hlg' | 'pq' | null
  /** Whether the pixels are square, within 2 %. */
  readonly square: boolean
}

/** The containers that are accepted, each with the one demuxer of ffmpeg that may open it. */
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
