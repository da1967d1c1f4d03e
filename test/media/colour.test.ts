import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Media } from '../../src/media/media.ts'
import { temporary } from '../support/media/clips.ts'
import { openEngines } from '../support/media/engines.ts'
import { type Curve, patches, rampOf, sdrOf } from '../support/media/hdr.ts'
import { makeClip } from '../support/media/make.ts'
import { runEmbedded } from '../support/media/run.ts'

setDefaultTimeout(120_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const engines = openEngines(limits)

const names = Object.keys(patches)

/**
 * A clip of patches in a row, by their R'G'B' of BT.2100: 10 bits of 4:2:0 in narrow range, with the
 * matrix of BT.2020. It is 16:9 at a size whose cover has an odd height, as phones record it.
 */
async function patchClip(curve: Curve): Promise<string> {
  const by = (part: (colour: readonly [number, number, number]) => number) =>
    Object.values(patches)
      .map(
        (colour, i) =>
          `between(X,W*${i}/${names.length},W*${i + 1}/${names.length}-1)*${part(colour)}`,
      )
      .join('+')
  const luma = ([r, g, b]: readonly [number, number, number]) => 0.2627 * r + 0.678 * g + 0.0593 * b
  return make(curve, [
    `lum='${by((c) => Math.round(64 + 876 * luma(c)))}'`,
    `cb='${by((c) => Math.round(512 + (896 * (c[2] - luma(c))) / 1.8814))}'`,
    `cr='${by((c) => Math.round(512 + (896 * (c[0] - luma(c))) / 1.4746))}'`,
  ])
}

/** The planes are computed small, and enlarged, because that takes seconds. */
function make(curve: Curve, planes: string[]): Promise<string> {
  return makeClip('mp4', [
    ...['-f', 'lavfi', '-i'],
    `color=gray:s=240x136:r=25:d=0.12,format=yuv420p10le,geq=${planes.join(':')},scale=1920:1080:flags=neighbor`,
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', '-color_primaries', 'bt2020'],
    ...['-color_trc', curve === 'hlg' ? 'arib-std-b67' : 'smpte2084', '-colorspace', 'bt2020nc'],
  ])
}

/** A row of so many pixels of the first frame, as RGB; a video is read as BT.709. */
async function pixels(path: string, columns: number): Promise<Buffer> {
  const raw = join(temporary(), 'raw')
  const matrix = path.endsWith('mp4') ? ':in_color_matrix=bt709' : ''
  const row = `scale=flags=full_chroma_int+accurate_rnd${matrix},format=rgb24,scale=${columns}:1`
  await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', '-i', '/media/input', '-frames:v', '1', '-map', '0:v:0'],
      ...['-vf', `${row}:flags=neighbor`, '-f', 'rawvideo', '/media/raw'],
    ],
    files: { input: { path, write: false }, raw: { path: raw, write: true } },
  })
  return readFileSync(raw)
}

describe.each(engines)('engine %s', (_, engine) => {
  // Clipped at white, or without the colour of its highlights, or grey without any mapping.
  test.skipIf(!engine).each(['hlg', 'pq'] as const)(
    '%s patches have the colours that the standards give, on the video and on the cover',
    async (curve) => {
      const media = (await engine) as Media
      const path = await patchClip(curve)
      const inspection = await media.inspect(path)
      expect(inspection.video.hdr).toBe(curve)
      const [video, cover] = [join(temporary(), 'v.mp4'), join(temporary(), 'c.jpg')]
      await media.render(path, inspection, video)
      await media.cover(path, inspection, cover)
      const expected = Object.values(patches).map((colour) => sdrOf(colour, curve))
      for (const made of [video, cover]) {
        const found = await pixels(made, names.length)
        names.forEach((name, i) => {
          const rgb = [...found.subarray(i * 3, i * 3 + 3)]
          const off = rgb.map((value, c) => Math.abs(value - expected[i]![c]!))
          expect({
            name,
            made: made.slice(-3),
            rgb,
            expected: expected[i],
            fits: Math.max(...off) <= 5,
          }).toMatchObject({ fits: true })
        })
      }
    },
  )

  // The top quarter of the ramp was one white, which is 25 % of it.
  test.skipIf(!engine).each(['hlg', 'pq'] as const)(
    'no part of a %s ramp is clipped',
    async (curve) => {
      const media = (await engine) as Media
      const path = await make(curve, ["lum='64+876*X/W'", 'cb=512', 'cr=512'])
      const video = join(temporary(), 'v.mp4')
      await media.render(path, await media.inspect(path), video)
      const found = await pixels(video, 256)
      const grey = Array.from({ length: 256 }, (_, x) => found[x * 3 + 1]!)
      grey.forEach((value, x) => {
        expect(Math.abs(value - rampOf((x + 0.5) / 256, curve))).toBeLessThanOrEqual(4)
      })
      // It still rises where it was all white.
      const [from = 0, to = 0] = [grey[192], grey[240]]
      expect(to - from).toBeGreaterThan(8)
      expect(grey.filter((value) => value >= 254).length).toBeLessThan(256 * 0.15)
    },
  )
})
