/**
 * AV1, whose pictures the embedded engine decodes beside its ffmpeg. The mistakes that these would
 * catch: what the container says of them is lost on the way (times, colours, size), what the decoder
 * isn't made for is called damaged, and a file that says less than it has takes all memory.
 */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDav1d } from '../../src/media/embedded/child/av1/dav1d.ts'
import type { Media } from '../../src/media/media.ts'
import { clip, temporary } from '../support/media/clips.ts'
import { openEngines } from '../support/media/engines.ts'
import { readPicture } from '../support/media/inspect.ts'
import { makeClip } from '../support/media/make.ts'
import { runEmbedded } from '../support/media/run.ts'
import { overwrite } from '../support/media/surgery.ts'

setDefaultTimeout(120_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const engines = openEngines(limits)
const [[, embedded]] = engines

const copy = ['-i', '/media/input', '-c', 'copy']
/** Times that no clock has: in thirds, with a gap. */
const uneven = ['-bsf:v', "setts=ts='(N*40+mod(N,3)*7+gte(N,12)*300)/TB/1000'"]

describe.each(engines)('engine %s', (_, opened) => {
  const here = opened !== undefined
  const made = async (path: string) => {
    const media = (await opened) as Media
    const target = join(temporary(), 'video.mp4')
    const inspection = await media.inspect(path)
    return { ...(await media.render(path, inspection, target)), path: target }
  }
  const coverOf = async (path: string) => {
    const media = (await opened) as Media
    const target = join(temporary(), 'cover.jpg')
    await media.cover(path, await media.inspect(path), target)
    return target
  }

  test.skipIf(!here)('each picture is shown at its own time', async () => {
    const path = await makeClip('matroska', [...copy, ...uneven], await clip('av1'))
    const [before, after] = [await timesOf(path), await timesOf((await made(path)).path)]
    expect(before.length).toBe(25)
    expect(after.length).toBe(25)
    // The clock of Matroska ticks a thousand times a second.
    for (const [i, time] of after.entries()) expect(time).toBeCloseTo(before[i] ?? 0, 2)
  })

  test.skipIf(!here)('a picture that begins after its sound stays behind it', async () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=d=2', '-itsoffset', '0.5', '-i', '/media/input']
    const args = [...tone, '-map', '0', '-map', '1', '-c:v', 'copy', '-c:a', 'aac']
    const { path } = await made(await makeClip('matroska', args, await clip('av1')))
    const [sound = 0] = await timesOf(path, 'a:0')
    const [picture = 0] = await timesOf(path)
    expect(picture - sound).toBeGreaterThan(0.45)
    expect(picture - sound).toBeLessThan(0.55)
  })

  // What comes before the cut has to be decoded, and isn't to be shown.
  test.skipIf(!here)('a clip that was cut begins where it was cut', async () => {
    const cut = ['-ss', '0.52', ...copy]
    const { path, duration } = await made(await makeClip('mp4', cut, await clip('av1')))
    expect(duration).toBeGreaterThan(0.4)
    expect(duration).toBeLessThan(0.56)
    expect((await timesOf(path))[0]).toBe(0)
    expect((await readPicture(path)).red).toBe('top left')
  })

  test.skipIf(!here)('grain is added to what was filmed with it', async () => {
    const [plain, grain] = [
      await made(await clip('av1 plain')),
      await made(await clip('av1 grain')),
    ]
    expect(await roughness(plain.path)).toBeLessThan(1)
    expect(await roughness(grain.path)).toBeGreaterThan(1.4)
  })

  test.skipIf(!here)('all values stay in use where they were', async () => {
    const { path } = await made(await clip('av1 range'))
    expect(await brightness(path, 0)).toBeGreaterThan(252)
  })

  test.skipIf(!here)('pictures that change their size are fitted in', async () => {
    const turned = await makeClip('matroska', copy, await clip('av1 turned'))
    const { width, height, path } = await made(turned)
    expect([width, height]).toEqual([320, 180])
    expect(await brightness(path, 0.2, 'crop=40:180:0:0')).toBeGreaterThan(40)
    // Tall, between two black stripes.
    expect(await brightness(path, 1.2, 'crop=80:180:0:0')).toBeLessThan(20)
    expect(await brightness(path, 1.2, 'crop=80:180:240:0')).toBeLessThan(20)
    expect(await brightness(path, 1.2, 'crop=90:180:115:0')).toBeGreaterThan(40)
  })

  test.skipIf(!here).each(['av1 late', 'av1 dark'] as const)(
    '%s: the cover shows the picture',
    async (name) => {
      const cover = await readPicture(await coverOf(await clip(name)))
      expect(cover.red).toBe('top left')
    },
  )

  test.skipIf(!here).each(['av1', 'av1-rotated-90', 'av1-anamorphic'] as const)(
    'nothing but the results is left of %s, nor of a half of it',
    async (name) => {
      const media = (await opened) as Media
      const folder = temporary()
      const path = await clip(name)
      const inspection = await media.inspect(path)
      await media.cover(path, inspection, join(folder, 'cover'))
      await media.render(path, inspection, join(folder, 'video'))
      const half = join(temporary(), 'half')
      writeFileSync(half, readFileSync(path).subarray(0, 1500))
      await media.cover(half, inspection, join(folder, 'cover of a half'))
      const rendering = media.render(half, inspection, join(folder, 'half'))
      await expect(rendering).rejects.toMatchObject({ code: 'video_damaged' })
      const left = [...new Bun.Glob('**').scanSync({ cwd: folder, dot: true })].sort()
      expect(left).toEqual(['cover', 'cover of a half', 'video'])
    },
  )

  // Nobody's upload is damaged because there is no room for it.
  test.skipIf(!here)('what has no room is told as such', async () => {
    const media = (await opened) as Media
    const path = await clip('av1')
    const inspection = await media.inspect(path)
    const rendering = media.render(path, inspection, join(temporary(), 'out.mp4'), {
      maxBytes: 1000,
    })
    await expect(rendering).rejects.toMatchObject({ code: 'storage_full' })
  })

  test.skipIf(!here)('what is broken in the middle ends in a video or in a refusal', async () => {
    const media = (await opened) as Media
    const whole = readFileSync(await clip('av1'))
    const outcomeOf = async (path: string): Promise<string> => {
      try {
        await media.render(path, await media.inspect(path), join(temporary(), 'out.mp4'))
        return 'a video'
      } catch (error) {
        return (error as { code?: string }).code ?? `${error}`
      }
    }
    for (let at = 60; at < whole.length - 900; at += 200) {
      const path = join(temporary(), 'upload')
      writeFileSync(path, Buffer.from(whole).fill(at, at, at + 40))
      expect(await outcomeOf(path)).toBeOneOf(['a video', 'video_damaged'])
    }
  })
})

describe('the decoder beside the embedded ffmpeg', () => {
  test.each([
    ['av1 deep', 'AV1 10-bit'],
    ['av1 dense', 'AV1 4:4:4'],
  ] as const)('%s is refused by its name', async (name, codec) => {
    const refusal = (await embedded).inspect(await clip(name))
    await expect(refusal).rejects.toMatchObject({ code: 'codec_unsupported', details: { codec } })
  })

  // The record of the container says 8 bits of 4:2:0, the pictures something else.
  test.each([
    ['av1 deep', 'AV1 10-bit'],
    ['av1 dense', 'AV1 (≠ 4:2:0)'],
  ] as const)('%s that poses as another is refused when it is decoded', async (name, codec) => {
    const media = await embedded
    const bytes = overwrite('av1C', 6, '0c')(readFileSync(await clip(name)))
    const path = join(temporary(), 'upload')
    writeFileSync(path, bytes)
    const rendering = media.render(path, await media.inspect(path), join(temporary(), 'out.mp4'))
    await expect(rendering).rejects.toMatchObject({ code: 'codec_unsupported', details: { codec } })
  })

  test('a picture that takes more memory than there is for it is not decoded', async () => {
    const packets = await makeClip('ivf', copy, await clip('av1 huge'))
    const packet = readFileSync(packets).subarray(32 + 12)
    const decode = (maxBytes: number) => {
      const sizes: number[] = []
      const said: string[] = []
      const show = ({ width, height }: { width: number; height: number }) =>
        sizes.push(width, height)
      openDav1d({ maxBytes, show, say: (line) => said.push(line) })(packet)
      return { sizes, said }
    }
    // WASI's number for what Unix calls ENOMEM.
    expect(decode(24 << 20)).toEqual({ sizes: [], said: [expect.stringContaining('-48')] })
    expect(decode(1 << 30)).toEqual({ sizes: [4096, 4096], said: [] })
  })

  test('a picture that is far larger than the first one costs nothing but itself', async () => {
    const media = await embedded
    const path = await clip('av1 swollen')
    const made = await media.render(path, await media.inspect(path), join(temporary(), 'out.mp4'))
    expect([made.width, made.height]).toEqual([320, 180])
    expect(made.duration).toBeGreaterThan(0.9)
  })
})

/** Seconds at which the packets of a stream are shown. */
async function timesOf(path: string, stream = 'v:0'): Promise<number[]> {
  const { output } = await runEmbedded({
    name: 'ffprobe',
    args: [
      ...['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts_time'],
      ...['-of', 'csv=p=0', '/media/input'],
    ],
    files: { input: { path, write: false } },
  })
  const times = output.split('\n').filter(Boolean)
  return times.map((time) => Number.parseFloat(time)).sort((a, b) => a - b)
}

/** Raw grey of a picture of a file at some seconds. */
async function greys(path: string, seconds: number, filter: string): Promise<Uint8Array> {
  const raw = join(temporary(), 'raw')
  await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', '-ss', `${seconds}`, '-i', '/media/input', '-frames:v', '1'],
      ...['-vf', `${filter},format=gray`, '-f', 'rawvideo', '/media/raw'],
    ],
    files: { input: { path, write: false }, raw: { path: raw, write: true } },
  })
  return readFileSync(raw)
}

const brightness = async (path: string, seconds: number, crop = 'null'): Promise<number> =>
  (await greys(path, seconds, `${crop},scale=1:1:flags=area`))[0] ?? 0

/** The standard deviation of the brightness of a picture. */
async function roughness(path: string): Promise<number> {
  const samples = await greys(path, 0, 'null')
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
  return Math.sqrt(samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length)
}
