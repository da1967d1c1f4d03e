import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from './clips.ts'
import { runEmbedded } from './run.ts'

/** The structure of a file, read by other means than the code under test: ffprobe and its boxes. */
export interface Structure {
  format: string
  duration: number
  /** `mirrors`: it has a matrix that isn't a rotation. */
  streams: Stream[]
  /** The outermost boxes in order. */
  boxes: string[]
}

interface Stream {
  type: string
  codec: string
  pixels?: string
  width?: number
  height?: number
  mirrors: boolean
  profile?: string
  level?: number
  /** Frames a second. */
  frameRate: number
  interlaced: boolean
}

export async function readStructure(path: string): Promise<Structure> {
  const { output } = await runEmbedded({
    name: 'ffprobe',
    args: ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', '/media/input'],
    files: { input: { path, write: false } },
  })
  const { format, streams } = JSON.parse(output)
  return {
    format: format.format_name,
    duration: Number(format.duration),
    streams: streams.map((stream: Record<string, never>) => ({
      type: stream.codec_type,
      codec: stream.codec_name,
      pixels: stream.pix_fmt,
      width: stream.width,
      height: stream.height,
      mirrors: mirrors(stream.side_data_list ?? []),
      profile: stream.profile,
      level: stream.level,
      frameRate: ratio(stream.avg_frame_rate),
      interlaced: /^[tb][tb]$/.test(stream.field_order ?? ''),
    })),
    boxes: boxes(readFileSync(path)),
  }
}

function ratio(text = '0/1'): number {
  const [numerator = 0, denominator = 1] = text.split('/').map(Number)
  return numerator / denominator || 0
}

/** By the determinant of the first two columns of the first two rows that ffprobe prints. */
function mirrors(data: readonly { displaymatrix?: string }[]): boolean {
  return data.some(({ displaymatrix = '' }) => {
    const [a, b, , c, d] = Array.from(displaymatrix.matchAll(/-?\d+(?![\d:])/g), Number)
    return a! * d! - b! * c! < 0
  })
}

function boxes(bytes: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at) || bytes.length) {
    names.push(bytes.toString('latin1', at + 4, at + 8))
  }
  return names
}

/** A picture as shown: its shape, its mean brightness (0 to 255), and which quarter is red. */
export interface Picture {
  aspect: number
  brightness: number
  red: 'top left' | 'top right' | 'bottom left' | 'bottom right' | 'nowhere'
}

const corners = ['top left', 'top right', 'bottom left', 'bottom right'] as const

/** Reads the first frame of a video, or a picture, as a player shows it that honours its matrix. */
export async function readPicture(path: string): Promise<Picture> {
  const raw = join(temporary(), 'pixels')
  const bmp = join(temporary(), 'frame.bmp')
  const frame = ['-frames:v', '1', '-map', '0:v:0']
  const result = await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...[
        '-v',
        'error',
        '-i',
        '/media/input',
        ...frame,
        '-vf',
        'format=rgb24,scale=8:8:flags=area',
      ],
      ...['-pix_fmt', 'rgb24', '-f', 'rawvideo', '/media/raw', ...frame],
      ...['-vf', 'scale=iw*sar:ih', '-c:v', 'bmp', '-f', 'image2', '-update', '1', '/media/bmp'],
    ],
    files: {
      input: { path, write: false },
      raw: { path: raw, write: true },
      bmp: { path: bmp, write: true },
    },
  })
  if (result.code !== 0) throw new Error(result.log.join('\n'))
  const pixels = readFileSync(raw)
  const { width, height } = await new Bun.Image(readFileSync(bmp)).metadata()
  // One pixel well inside each quarter; red leads by far there, as it does nowhere in the pattern.
  const corner = [18, 21, 42, 45].findIndex((pixel) => {
    const [red, green, blue] = pixels.subarray(pixel * 3)
    return red! > 180 && green! < 70 && blue! < 70
  })
  return {
    aspect: width / height,
    brightness: pixels.reduce((sum, value) => sum + value, 0) / pixels.length,
    red: corners[corner] ?? 'nowhere',
  }
}
