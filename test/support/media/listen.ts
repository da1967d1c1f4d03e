import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from './clips.ts'
import { runEmbedded } from './run.ts'

/** Hertz of the tone in a file, by how often it crosses zero; 0 if there is silence or no sound. */
export async function readTone(path: string): Promise<number> {
  const raw = join(temporary(), 'samples')
  await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', '-i', '/media/input', '-map', '0:a:0', '-ac', '1', '-ar', '8000'],
      ...['-f', 's16le', '/media/raw'],
    ],
    files: { input: { path, write: false }, raw: { path: raw, write: true } },
  })
  if (!(await Bun.file(raw).exists())) return 0
  const bytes = readFileSync(raw)
  // Its middle: an encoder fades in and out.
  const samples = Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) =>
    bytes.readInt16LE(i * 2),
  ).slice(1600, -1600)
  if (!samples.some((sample) => Math.abs(sample) > 500)) return 0
  const crossings = samples.filter((sample, i) => i > 0 && sample >= 0 !== samples[i - 1]! >= 0)
  return (crossings.length / 2 / samples.length) * 8000
}

/** The share of frames in which every second line was taken at another time, by ffmpeg's `idet`. */
export async function readCombing(path: string): Promise<number> {
  const { log } = await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-nostats', '-hide_banner', '-i', '/media/input', '-vf', 'idet', '-an'],
      ...['-f', 'null', '-'],
    ],
    files: { input: { path, write: false } },
  })
  const counts = log.map((line) => /Multi frame.*TFF:\s*(\d+) BFF:\s*(\d+) Prog\D+(\d+)/.exec(line))
  const found = counts.find((match) => match !== null) ?? []
  const [top = 0, bottom = 0, progressive = 0] = found.slice(1).map(Number)
  return (top + bottom) / (top + bottom + progressive)
}
