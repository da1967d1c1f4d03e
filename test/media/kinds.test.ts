/**
 * What becomes of each kind of file: with sound where there is one, and the right one, within what
 * phones decode. The mistake that this would catch: that a track, a codec or a container that one of
 * our parts doesn't know is left out, taken for damaged, or copied although few devices play it.
 */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { transcodeOf } from '../../src/media/inspect/plan.ts'
import type { Inspection, Media, RenderOptions } from '../../src/media/media.ts'
import { type ClipName, clip, temporary } from '../support/media/clips.ts'
import { openEngines } from '../support/media/engines.ts'
import { readStructure } from '../support/media/inspect.ts'
import { type Kind, kinds } from '../support/media/kinds.ts'
import { readCombing, readTone } from '../support/media/listen.ts'
import { runEmbedded } from '../support/media/run.ts'

const limits = { maxDuration: 600, maxPixels: 8192 * 4320, maxFrameRate: 240 }

setDefaultTimeout(60_000)

const engines = openEngines(limits)

const rows = Object.entries(kinds as Record<string, Kind>).map(
  ([name, kind]) => [name as ClipName, kind] as const,
)

describe.each(engines)('engine %s', (_, opened) => {
  const here = opened !== undefined

  test.skipIf(!here).each(rows)('%s', async (name, { becomes, sounds, shown }) => {
    const media = (await opened) as Media
    const path = await clip(name)
    const inspection = await media.inspect(path)
    expect(`${inspection.plan}${inspection.thenTranscode ? '+transcode' : ''}`).toBe(becomes)

    const first = await rendered(media, path, inspection)
    if (shown) expect([first.width, first.height]).toEqual([...shown])
    expect(first.duration).toBeGreaterThan(inspection.duration * 0.9)
    await expectSound(first.path, sounds !== false)
    if (becomes !== 'copy+transcode' && becomes !== 'remux+transcode') {
      await expectWithinCeiling(first.path)
      return
    }
    // It keeps its shape when the transcode takes the place of the copy.
    const second = await rendered(media, path, transcodeOf(inspection))
    await expectWithinCeiling(second.path)
    expect(second.width / second.height).toBeCloseTo(first.width / first.height, 1)
    await expectSound(second.path, sounds !== false)
  })

  test.skipIf(!here).each(['interlaced h264', 'interlaced mpeg-2'] as const)(
    '%s: without combs',
    async (name) => {
      const media = (await opened) as Media
      const path = await clip(name)
      const { path: made } = await rendered(media, path, transcodeOf(await media.inspect(path)))
      expect(await readCombing(path)).toBeGreaterThan(0.8)
      expect(await readCombing(made)).toBeLessThan(0.4)
    },
  )

  // A phone that is turned during a call: its picture is squashed if the first size stays.
  test.skipIf(!here).each(['vp8 turned', 'vp8 turned in webm', 'vp9 turned in mp4'] as const)(
    '%s: each frame in its shape, in the middle of the largest',
    async (name) => {
      const media = (await opened) as Media
      const path = await clip(name)
      const made = await rendered(media, path, await media.inspect(path))
      expect([made.width, made.height]).toEqual([160, 120])
      await expectFitted(made.path)
    },
  )

  // Players show it in its first size, or stop: the check of what was copied has to find it.
  test.skipIf(!here).each(['ts h264 turned', 'h264 turned in mov'] as const)(
    '%s: the copy is found out, and its transcode has each frame in its shape',
    async (name) => {
      const media = (await opened) as Media
      const path = await clip(name)
      const copy = await rendered(media, path, await media.inspect(path))
      const inspection = await media.inspect(copy.path)
      expect(await media.verify(copy.path, inspection, 1)).toBe(false)
      const made = await rendered(media, copy.path, inspection, { conceal: true })
      expect([made.width, made.height]).toEqual([160, 120])
      await expectFitted(made.path)
    },
  )

  test.skipIf(!here)(
    'of a copy that is turned by its matrix the largest is turned too',
    async () => {
      const media = (await opened) as Media
      const path = await clip('h264 turned upright')
      const inspection = await media.inspect(path)
      expect(await media.verify(path, inspection, 1)).toBe(false)
      const made = await rendered(media, path, inspection, { conceal: true })
      expect([made.width, made.height]).toEqual([120, 160])
    },
  )

  test.skipIf(!here)('a copy of one size is whole', async () => {
    const media = (await opened) as Media
    const path = await clip('mp4 in fragments')
    expect(await media.verify(path, await media.inspect(path), 1)).toBe(true)
  })

  test.skipIf(!here)('xHE-AAC is refused by its name', async () => {
    const refusal = ((await opened) as Media).inspect(await clip('xhe-aac'))
    await expect(refusal).rejects.toMatchObject({
      code: 'sound_unsupported',
      details: { codec: 'xHE-AAC' },
    })
  })
})

async function rendered(
  media: Media,
  path: string,
  inspection: Inspection,
  options: RenderOptions = {},
) {
  const target = join(temporary(), 'video.mp4')
  return { ...(await media.render(path, inspection, target, options)), path: target }
}

/** At first the small one, as large as the largest; then tall: black on both sides. */
async function expectFitted(path: string): Promise<void> {
  expect(await brightness(path, 0.2, 'crop=20:120:0:0')).toBeGreaterThan(40)
  expect(await brightness(path, 1.2, 'crop=20:120:0:0')).toBeLessThan(20)
  expect(await brightness(path, 1.2, 'crop=20:120:140:0')).toBeLessThan(20)
  expect(await brightness(path, 1.2, 'crop=80:120:40:0')).toBeGreaterThan(40)
}

async function expectSound(path: string, there: boolean): Promise<void> {
  const { streams } = await readStructure(path)
  const found = streams.map(({ type, codec, profile }) =>
    type === 'audio' ? `${codec} ${profile}` : codec,
  )
  expect(found).toEqual(there ? ['h264', 'aac LC'] : ['h264'])
  if (there) expect(Math.round((await readTone(path)) / 10)).toBe(44)
}

async function expectWithinCeiling(path: string): Promise<void> {
  const { streams, boxes } = await readStructure(path)
  const [video] = streams
  expect(boxes.indexOf('mdat')).toBeGreaterThan(boxes.indexOf('moov'))
  expect(video!.pixels).toBe('yuv420p')
  expect(['Constrained Baseline', 'Main', 'High']).toContain(video!.profile!)
  expect(video!.level).toBeLessThanOrEqual(42)
  expect(Math.min(video!.width!, video!.height!)).toBeLessThanOrEqual(1080)
  expect(video!.frameRate).toBeLessThanOrEqual(60.6)
  expect(video!.interlaced).toBe(false)
}

/** 0 to 255, of a part of the frame at a time in seconds. */
async function brightness(path: string, seconds: number, crop: string): Promise<number> {
  const raw = join(temporary(), 'pixel')
  await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', '-ss', `${seconds}`, '-i', '/media/input', '-frames:v', '1'],
      ...['-vf', `${crop},scale=1:1:flags=area,format=gray`, '-f', 'rawvideo', '/media/raw'],
    ],
    files: { input: { path, write: false }, raw: { path: raw, write: true } },
  })
  return (await Bun.file(raw).bytes())[0] ?? 0
}
