/** What FFmpeg says about a file, before any limit of ours is applied. */
export interface FileInfo extends Tracks {
  readonly container: Container
  /** Whether a player can start before it has the end of the file; only MP4 and MOV may say no. */
  readonly faststart: boolean
}

/** The tracks that may be kept. */
export interface Tracks {
  readonly video: VideoInfo
  /** Every audio track with sound in it, the one that a player would choose first. */
  readonly sounds: readonly SoundInfo[]
  /** Seconds. */
  readonly duration: number
}

export interface VideoInfo {
  /** As ffmpeg names it: `h264`, `hevc`, `vp9`, … */
  readonly codec: string
  /** The track, as `-map 0:` names it. */
  readonly stream: string
  /** Pixels as displayed: upright and square. */
  readonly width: number
  readonly height: number
  /** Shown as in a mirror, which not every player does. */
  readonly mirrored: boolean
  /** Frames a second on average; 0 if that isn't known, as of a single one. */
  readonly frameRate: number
  /** H.264 of 8 bits and 4:2:0, which every player and browser decodes. */
  readonly universal: boolean
  /** What a phone's decoder has to do for it, if it is `universal`; see `ceiling.ts`. */
  readonly effort: 'within' | 'overstated' | 'beyond'
  readonly interlaced: boolean
  /** The transfer curve of a high dynamic range, which has to be mapped for ordinary screens. */
  readonly hdr: 'hlg' | 'pq' | null
  /** Bytes of a pixel when it is decoded: 1.5 for 4:2:0 of 8 bits. */
  readonly pixelBytes: number
  /** Whether the pixels are square, within 2 %. */
  readonly square: boolean
  /** What else is known of AV1, which the embedded ffmpeg doesn't decode itself. */
  readonly av1: Av1Info | null
}

export interface Av1Info {
  /** Pixels of the first picture as stored. */
  readonly width: number
  readonly height: number
  /** What is unusual about the samples: `10-bit`, `4:4:4`; null if nothing is known to be. */
  readonly sampling: string | null
  /** OBUs that the container keeps for itself, in base64. */
  readonly config: string
  /** Of a pixel, width by height: `4/3`. */
  readonly aspect: string
  readonly fullRange: boolean
  /** By ffmpeg's names for them and their values. */
  readonly colours: Readonly<Record<string, string>>
  /** How a stored x and y become those that are shown: a b c d of ISO/IEC 14496-12, 8.3.2. */
  readonly matrix: readonly [a: number, b: number, c: number, d: number]
}

export interface SoundInfo {
  /** As ffmpeg names it: `aac`, `opus`, `pcm_s16le`, … */
  readonly codec: string
  /** The track, as `-map 0:` names it. */
  readonly stream: string
  /** AAC-LC that every player decodes: mono or stereo, up to 48 kHz. */
  readonly universal: boolean
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
  mpegvideo: 'mpegvideo',
  h264: 'h264',
  hevc: 'hevc',
  m4v: 'm4v',
  mxf: 'mxf',
  dv: 'dv',
  rm: 'rm',
  ivf: 'ivf',
  gif: 'gif',
} as const

export type Container = keyof typeof demuxers
