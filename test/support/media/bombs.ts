import { readFileSync } from 'node:fs'
import { clip } from './clips.ts'
import { makeClip } from './make.ts'

/** Some minutes of 4K at 60 frames a second, all black and in 4:4:4: 3,600 frames a minute in 2 MB. */
const lasting = (seconds: number) => async (): Promise<Buffer> => {
  const sixth = await makeClip('matroska', black('3840x2160', 10, 'yuv444p', 'veryfast'))
  const loop = ['-stream_loop', `${seconds * 6 - 1}`, '-i', '/media/input', '-c', 'copy']
  return readFileSync(await makeClip('matroska', loop, sixth))
}

/** Files that cost a server far more than their sender, by what they cost. */
export const bombs = {
  copy,
  /** Some four times what is accepted on a slow machine, and what is just accepted on a fast one. */
  time: lasting(600),
  slow: lasting(150),
  memory,
} as const

export type Bomb = keyof typeof bombs

/**
 * An index that points 144,000 times at one frame of 30 KB: 4 GB of video in a file of 600 KB. What
 * it claims fits into no file of its size.
 */
async function copy(): Promise<Buffer> {
  const file = readFileSync(await clip('h264'))
  const moov = boxAt(file, ['moov'])
  const movie = Buffer.from(file.subarray(moov.at, moov.end))
  const count = 144_000
  const bytes = 30_000
  const path = ['moov', 'trak', 'mdia', 'minf', 'stbl']
  const first = boxAt(movie, [...path, 'stco'])
  const offset = movie.readUInt32BE(first.at + 16)
  const tables: Record<string, Buffer> = {
    stsz: numbers(0, bytes, count),
    stts: numbers(0, 1, count, 1),
    stsc: numbers(0, 1, 1, 1, 1),
    stco: numbers(0, count, ...Array.from({ length: count }, () => offset)),
  }
  // A table is replaced where it is; those that aren't needed, of the order of display and of
  // keyframes, lose their names.
  const table = boxAt(movie, path)
  const kept: Buffer[] = []
  for (let at = table.at + 8; at < table.end; ) {
    const type = movie.toString('latin1', at + 4, at + 8)
    const size = movie.readUInt32BE(at)
    const body = tables[type]
    if (body) kept.push(box(type, body))
    else if (type === 'stsd') kept.push(movie.subarray(at, at + size))
    at += size
  }
  const built = rebuilt(movie, path, box('stbl', ...kept))
  const rest = [file.subarray(0, moov.at), box('free', file.subarray(moov.at + 8, moov.end))]
  return Buffer.concat([...rest, file.subarray(moov.end), built])
}

/** Two frames of 8K in 4:4:4. */
async function memory(): Promise<Buffer> {
  return readFileSync(await makeClip('mp4', black('7680x4320', 2, 'yuv444p')))
}

const black = (size: string, frames: number, format: string, preset = 'ultrafast') => [
  ...['-f', 'lavfi', '-i', `color=black:s=${size}:r=60`, '-frames:v', `${frames}`],
  ...['-c:v', 'libx264', '-preset', preset, '-pix_fmt', format],
]

interface Box {
  readonly at: number
  readonly end: number
}

/** A box by the types of those that hold it; the first of each. */
function boxAt(file: Buffer, types: readonly string[], from = 0, to = file.length): Box {
  const [type, ...inner] = types
  for (let at = from; at < to; at += file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) !== type) continue
    const end = at + file.readUInt32BE(at)
    return inner.length === 0 ? { at, end } : boxAt(file, inner, at + 8, end)
  }
  throw new Error(`no ${type}`)
}

/** The box that is named by the first type, with the one that all name replaced. */
function rebuilt(file: Buffer, types: readonly string[], by: Buffer): Buffer {
  const [type = '', ...inner] = types
  if (inner.length === 0) return by
  const outer = boxAt(file, [type])
  const within = file.subarray(outer.at + 8, outer.end)
  const old = boxAt(within, inner.slice(0, 1))
  const made = rebuilt(within, inner, by)
  return box(type, within.subarray(0, old.at), made, within.subarray(old.end))
}

const box = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([numbers(body.length + 8), Buffer.from(type, 'latin1'), body])
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4)
  return bytes
}
