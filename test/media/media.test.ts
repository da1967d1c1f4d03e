import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMedia } from '../../src/media/create.ts'
import type { Inspection, Media } from '../../src/media/media.ts'
import { type ClipName, clip, temporary } from '../support/media/clips.ts'
import { openEngines } from '../support/media/engines.ts'
import { readPicture, readStructure } from '../support/media/inspect.ts'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { until } from '../support/until.ts'

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }

// An encoder on a busy machine needs more than the usual five seconds.
setDefaultTimeout(60_000)

type Row = [
  name: ClipName,
  plan: Inspection['plan'],
  shown: [width: number, height: number],
  red: Awaited<ReturnType<typeof readPicture>>['red'],
  sound: string | null,
]

// What a phone, a camera or a screen recorder makes, and what has to become of it.
const rows: Row[] = [
  ['h264', 'copy', [320, 180], 'top left', 'aac'],
  ['moov-last', 'copy', [320, 180], 'top left', 'aac'],
  ['fragmented', 'copy', [320, 180], 'top left', 'aac'],
  ['silent', 'copy', [320, 180], 'top left', null],
  ['one-frame', 'copy', [320, 180], 'top left', null],
  ['two-sounds', 'copy', [320, 180], 'top left', 'aac'],
  ['rotated-90', 'copy', [180, 320], 'top right', 'aac'],
  ['rotated-180', 'copy', [320, 180], 'bottom right', 'aac'],
  ['rotated-270', 'copy', [180, 320], 'bottom left', 'aac'],
  ['mirrored', 'transcode', [320, 180], 'top right', 'aac'],
  ['mirrored-upside-down', 'transcode', [320, 180], 'bottom left', 'aac'],
  ['mirrored-90', 'transcode', [180, 320], 'top left', 'aac'],
  ['mirrored-270', 'transcode', [180, 320], 'bottom right', 'aac'],
  ['mirrored-adpcm', 'transcode', [180, 320], 'top left', 'aac'],
  ['mov', 'remux', [320, 180], 'top left', 'aac'],
  ['mkv', 'remux', [320, 180], 'top left', 'aac'],
  ['mpegts', 'remux', [320, 180], 'top left', 'aac'],
  ['flv', 'remux', [320, 180], 'top left', 'aac'],
  ['mkv-opus', 'transcode', [320, 180], 'top left', 'aac'],
  ['hevc-mov', 'transcode', [320, 180], 'top left', 'aac'],
  ['hevc-rotated-90', 'transcode', [180, 320], 'top right', null],
  ['vp9-webm', 'transcode', [320, 180], 'top left', 'aac'],
  ['av1', 'transcode', [320, 180], 'top left', null],
  ['av1-rotated-90', 'transcode', [180, 320], 'top right', null],
  ['av1-rotated-270', 'transcode', [180, 320], 'bottom left', null],
  ['av1-mirrored', 'transcode', [320, 180], 'top right', null],
  ['av1-mirrored-90', 'transcode', [180, 320], 'top left', null],
  ['av1-anamorphic', 'transcode', [640, 180], 'top left', null],
  ['avi', 'transcode', [320, 180], 'top left', 'aac'],
  ['10bit-422', 'transcode', [320, 180], 'top left', null],
  // Grey instead of red, if the range isn't bent.
  ['hlg', 'transcode', [320, 180], 'top left', null],
  ['pq', 'transcode', [320, 180], 'top left', null],
  ['anamorphic', 'transcode', [640, 180], 'top left', 'aac'],
  ['variable-rate', 'transcode', [320, 180], 'nowhere', null],
  ['odd-size', 'transcode', [320, 180], 'nowhere', null],
  ['black-start', 'copy', [320, 180], 'nowhere', 'aac'],
]

/** Opened once each, since starting a child and warming it up takes as long as several clips. */
const engines = openEngines(limits)
const [[, embedded]] = engines

describe.each(engines)('engine %s', (_, opened) => {
  const here = opened !== undefined

  test.skipIf(!here).each(rows)('%s plays everywhere', async (name, plan, shown, red, sound) => {
    const media = (await opened) as Media
    const path = await clip(name)
    const [video, cover] = ['video.mp4', 'cover.jpg'].map((file) => join(temporary(), file))
    const inspection = await media.inspect(path)
    expect(inspection.plan).toBe(plan)
    // The odd pixel of 321 × 181 may go.
    const [width, height] = shown
    expect(Math.abs(inspection.video.width - width)).toBeLessThan(2)
    expect(Math.abs(inspection.video.height - height)).toBeLessThan(2)

    const rendition = await media.render(path, inspection, video!)
    const structure = await readStructure(video!)
    expect(structure.format).toContain('mp4')
    expect(structure.boxes.indexOf('moov')).toBeGreaterThan(0)
    expect(structure.boxes.indexOf('mdat')).toBeGreaterThan(structure.boxes.indexOf('moov'))
    expect(structure.streams.map(({ type, codec }) => `${type} ${codec}`)).toEqual(
      ['video h264', sound && `audio ${sound}`].filter((stream) => stream !== null),
    )
    expect(structure.streams[0]!.pixels).toBe('yuv420p')
    // Not every player honours a matrix that mirrors, as the one does with which this test sees.
    expect(structure.streams[0]!.mirrors).toBe(false)
    expect(Math.abs(structure.duration - inspection.duration)).toBeLessThan(0.2)
    expect(rendition).toMatchObject({ width, height, size: statSync(video!).size })

    await media.cover(path, inspection, cover!)
    const first = await readPicture(video!)
    const shot = await readPicture(cover!)
    expect(first.aspect).toBeCloseTo(width / height, 1)
    expect(shot.aspect).toBeCloseTo(width / height, 1)
    expect(shot.brightness).toBeGreaterThan(40)
    expect(first.red).toBe(red)
    if (name !== 'black-start') expect(shot.red).toBe(red)
  })

  // The first frame that isn't black is nearly black; one that is chosen by its brightness alone is
  // nearly white where the clip fades in from white.
  test.skipIf(!here).each(['fade-in', 'slow-fade-in', 'white-fade-in'] as const)(
    'the cover of a %s is as bright as the clip',
    async (name) => {
      const media = (await opened) as Media
      const path = await clip(name)
      const cover = join(temporary(), 'cover.jpg')
      await media.cover(path, await media.inspect(path), cover)
      const { brightness } = await readPicture(await clip('h264'))
      const shot = await readPicture(cover)
      expect(Math.abs(shot.brightness - brightness)).toBeLessThan(brightness / 8)
      expect(shot.red).toBe('top left')
    },
  )

  test.skipIf(!here)('nothing but the results is left', async () => {
    const media = (await opened) as Media
    const folder = temporary()
    const path = await clip('fade-in')
    const inspection = await media.inspect(path)
    await media.render(path, inspection, join(folder, 'video'))
    await media.cover(path, inspection, join(folder, 'cover'))
    expect([...new Bun.Glob('**').scanSync({ cwd: folder, dot: true })].sort()).toEqual([
      'cover',
      'video',
    ])
  })
})

test('an ffmpeg that is named but cannot be used is told to the operator', async () => {
  const missing = createMedia({ ...limits, ffmpeg: '/nowhere/ffmpeg' })
  await expect(missing).rejects.toThrow("/nowhere/ffmpeg can't be used as ffmpeg")
  const other = createMedia({ ...limits, ffmpeg: Bun.which('true')! })
  await expect(other).rejects.toThrow("can't be used as ffmpeg")
})

test('one that was only found keeps no server from starting, and is left aside if it fails', async () => {
  const [folder, data] = [temporary(), temporary()]
  const script = `#!/bin/sh\nwhile [ ! -e '${folder}/fail' ]; do sleep 0.05; done\nexit 1\n`
  writeFileSync(join(folder, 'ffmpeg'), script, { mode: 0o755 })
  const env = { PATH: `${folder}:${process.env.PATH}` }
  await using server = await spawnServer(fromSource, data, { env, flags: ['--ffmpeg', 'auto'] })
  const engine = async () => (await (await fetch(`${server.url}/healthz`)).json()).checks.media
  expect(await engine()).toBe('auto')
  writeFileSync(join(folder, 'fail'), '')
  await until(async () => (await engine()) !== 'auto')
  expect(await engine()).toBe('embedded')
  const why = `${folder}/ffmpeg can't be used as ffmpeg: it is no ffmpeg; the embedded one is used`
  await until(() => server.output().includes(why))
})

test('a clip whose frames cannot be decoded gets a drawn cover in its shape', async () => {
  const media = await embedded
  const inspection = await media.inspect(await clip('rotated-90'))
  const target = join(temporary(), 'cover.jpg')
  await media.cover(await clip('audio-only'), inspection, target)
  const drawn = await readPicture(target)
  expect(drawn.aspect).toBeCloseTo(180 / 320, 1)
  expect(drawn.brightness).toBeGreaterThan(40)
  expect(existsSync(`${target}.0.bmp`)).toBe(false)
})
