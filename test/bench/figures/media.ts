import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createMedia } from '../../../src/media/create.ts'
import type { Bench } from '../bench.ts'
import { median } from '../cases/compare.ts'
import { type Figure, fine } from '../report/report.ts'
import type { Measured } from '../servers/process.ts'
import type { Cast } from '../world/cast.ts'

const ffmpeg = Bun.which('ffmpeg')

const limits = { maxDuration: 600, maxPixels: 7680 * 4320, maxFrameRate: 240 }

/** What a phone records, and what the plain command would have to do to make it playable. */
const kinds = {
  'H.264, moov last': {
    source: ['-c:v', 'libx264', '-preset', 'veryfast', '-c:a', 'aac', '-f', 'mp4'],
    plain: ['-c', 'copy', '-movflags', '+faststart', '-f', 'mp4'],
  },
  'HEVC in MOV': {
    source: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-tag:v',
      'hvc1',
      '-c:a',
      'aac',
      '-f',
      'mov',
    ],
    plain: [
      // What a phone's picture, which fits, is transcoded with.
      ...['-fps_mode', 'vfr', '-enc_time_base', '1:90000', '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', 'veryfast', '-crf', '23'],
      ...['-c:a', 'copy', '-movflags', '+faststart', '-f', 'mp4'],
    ],
  },
}

const still = ['-frames:v', '1', '-vf', 'scale=720:-2', '-f', 'image2']

/**
 * From an upload to a playable file, and to a cover, with both engines, beside the plain `ffmpeg`
 * command that does the same work on the same file: what our checks and children cost.
 */
export async function mediaFigures({ directory, options }: Bench): Promise<Figure[]> {
  if (!ffmpeg) return []
  const rounds = options.short ? 1 : 7
  const seconds = options.short ? 1 : 6
  const figures: Figure[] = []
  for (const [kind, { source, plain }] of Object.entries(kinds)) {
    const input = join(directory, 'recorded')
    await run([...recording(seconds), ...source, input])
    const output = join(directory, 'playable')
    for (const engine of ['native', 'embedded'] as const) {
      const media = await createMedia({ ...limits, ffmpeg: engine === 'native' ? ffmpeg : engine })
      try {
        const inspection = await media.inspect(input)
        const ingest = await inTurn(
          rounds,
          async () => void (await media.render(input, await media.inspect(input), output)),
          () => run(['-i', input, ...plain, output]),
        )
        const cover = await inTurn(
          rounds,
          () => media.cover(input, inspection, output),
          () => run(['-i', input, ...still, `${output}.jpg`]),
        )
        const copies = plain.includes('copy') && !plain.includes('libx264')
        const most = copies || engine === 'embedded' ? null : 1.2
        figures.push(figure(`ingest, ${kind}, ${engine}`, ingest, most))
        if (copies) figures.push(untilPlayable(`${kind} to playable, ${engine}`, ingest))
        figures.push(figure(`cover, ${kind}, ${engine}`, cover))
      } finally {
        await media.close()
      }
    }
  }
  return figures
}

/** Uploads of different bytes through the API, four at once, each playable when the response is there. */
export async function publishFigure(
  { directory, options }: Bench,
  server: Measured,
  { viewers }: Cast,
): Promise<Figure[]> {
  if (!ffmpeg) return []
  const input = join(directory, 'upload.mp4')
  await run([...recording(2), ...kinds['H.264, moov last'].source, input])
  const bytes = await Bun.file(input).bytes()
  const amount = options.short ? 4 : 60
  const times: number[] = []
  let next = 0
  const upload = async () => {
    for (let at = next++; at < amount; at = next++) {
      const form = new FormData()
      form.set('token', viewers[at % viewers.length]!.token)
      form.set('title', `第 ${at} 条`)
      form.set('data', new Blob([bytes, differing(at)]), 'a.mp4')
      const started = performance.now()
      const url = `${server.url}/douyin/publish/action/`
      const response = await fetch(url, { method: 'POST', body: form })
      const answer = (await response.json()) as { status_code: number; status_msg: string }
      if (answer.status_code !== 0) throw new Error(answer.status_msg)
      times.push(performance.now() - started)
    }
  }
  const started = performance.now()
  await Promise.all([upload(), upload(), upload(), upload()])
  const rate = amount / ((performance.now() - started) / 1000)
  return [
    {
      name: 'publish, H.264 of 2 s, four at once',
      value: rate,
      unit: '/s',
      bar: null,
      from: `${fine(bytes.length / 1024)} KB each, p50 ${fine(median(times))} ms with its cover`,
    },
  ]
}

/** A `free` box (ISO/IEC 14496-12, 8.1.2) that makes the same video other bytes. */
function differing(number: number): Uint8Array<ArrayBuffer> {
  const box = new DataView(new ArrayBuffer(16))
  box.setUint32(0, 16)
  box.setUint32(4, 0x66726565)
  box.setFloat64(8, number + Math.random())
  return new Uint8Array(box.buffer)
}

interface Timed {
  readonly ours: number
  readonly plain: number
}

/** Medians in ms of both, one after the other in each round; the first is for warming up. */
async function inTurn(
  rounds: number,
  ours: () => Promise<void>,
  plain: () => Promise<void>,
): Promise<Timed> {
  const times: Timed[] = []
  for (let at = 0; at <= rounds; at++)
    times.push({ ours: await time(ours), plain: await time(plain) })
  const counted = times.slice(1)
  return {
    ours: median(counted.map((one) => one.ours)),
    plain: median(counted.map((one) => one.plain)),
  }
}

/** At most a second for a copy. */
const untilPlayable = (name: string, { ours }: Timed): Figure => ({
  name,
  value: ours / 1000,
  unit: 's',
  bar: { most: 1 },
  from: 'read, copied, and read again',
})

const figure = (name: string, { ours, plain }: Timed, most: number | null = null): Figure => ({
  name,
  value: ours / plain,
  unit: '× ffmpeg',
  bar: most === null ? null : { most },
  from: `${fine(ours)} ms (${fine(1000 / ours)}/s), the command ${fine(plain)} ms`,
})

async function time(run: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

/** What is before the codecs: a moving picture as large as a phone's, and a tone. */
const recording = (seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=1080x1920:r=30:d=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=d=${seconds}`, '-pix_fmt', 'yuv420p'],
]

async function run(args: string[]): Promise<void> {
  const output = args.at(-1)!
  await rm(output, { force: true })
  const child = Bun.spawn([ffmpeg!, '-v', 'error', '-nostdin', '-y', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const complaints = await new Response(child.stderr).text()
  if ((await child.exited) !== 0) throw new Error(`ffmpeg: ${complaints.slice(-500)}`)
}
