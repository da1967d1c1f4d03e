import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Media } from '../../src/media/media.ts'
import { clip, temporary } from '../support/media/clips.ts'
import { openEngines } from '../support/media/engines.ts'
import { readPicture } from '../support/media/inspect.ts'
import { makeClip } from '../support/media/make.ts'

setDefaultTimeout(120_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const engines = openEngines(limits)

const mark = 'drawbox=w=iw/2:h=ih/2:color=red:t=fill'
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const picture = (filter: string, size = '320x180', seconds = 12) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds},${filter}`],
]
const hidden = (colour: string, when: string) =>
  `${mark},drawbox=color=${colour}:t=fill:enable='${when}'`

describe.each(engines)('engine %s', (_, engine) => {
  const coverOf = async (path: string) => {
    const media = (await engine) as Media
    const target = join(temporary(), 'cover.jpg')
    await media.cover(path, await media.inspect(path), target)
    return target
  }
  const isDrawn = async (path: string, video: { width: number; height: number }) => {
    const media = (await engine) as Media
    const target = join(temporary(), 'cover.jpg')
    // Nothing decodes in this one.
    await media.cover(
      await clip('audio-only'),
      { ...(await media.inspect(path)), video: { ...(await media.inspect(path)).video, ...video } },
      target,
    )
    return readFileSync(target)
  }

  // Looked for in the first five seconds only, the cover was black, white, or a title's.
  test.skipIf(!engine).each([
    ['eight seconds of black', hidden('black', 'lt(t,8)'), ['-g', '25']],
    [
      'eight seconds of black and one keyframe',
      hidden('black', 'lt(t,8)'),
      ['-g', '999', '-sc_threshold', '0'],
    ],
    ['eight seconds of white', hidden('white', 'lt(t,8)'), ['-g', '25']],
    [
      'one colour but for two seconds in the middle',
      hidden('gray', 'lt(t,5)+gt(t,7)'),
      ['-g', '25'],
    ],
    [
      'a small title on black',
      `${hidden('black', 'lt(t,8)')},drawbox=x=150:y=80:w=24:h=12:color=white:t=fill:enable='lt(t,8)'`,
      ['-g', '25'],
    ],
    [
      'a fade from white that takes seven seconds',
      `${mark},fade=in:st=0:d=7:color=white`,
      ['-g', '25'],
    ],
  ])('%s: the cover shows the picture', async (_, filter, keyframes) => {
    const path = await makeClip('mp4', [...picture(filter), ...x264, ...keyframes])
    expect((await readPicture(await coverOf(path))).red).toBe('top left')
  })

  // Frames from the start on, however far apart, end before that.
  test.skipIf(!engine)(
    'a picture behind 45 seconds of black is found by its keyframes',
    async () => {
      const minute = [...picture(hidden('black', 'lt(t,45)'), '160x90', 60), '-r', '5']
      const path = await makeClip('mp4', [...minute, ...x264, '-g', '10'])
      expect((await readPicture(await coverOf(path))).red).toBe('top left')
    },
  )

  test.skipIf(!engine).each(['black', 'white', '0x305080'])(
    'a clip that is %s throughout gets a drawing, not a blank',
    async (colour) => {
      const source = ['-f', 'lavfi', '-i', `color=${colour}:s=320x180:r=25:d=2`]
      const path = await makeClip('mp4', [...source, ...x264])
      const drawn = await isDrawn(path, { width: 320, height: 180 })
      expect(readFileSync(await coverOf(path)).equals(drawn)).toBe(true)
    },
  )

  // A filter that takes even sizes only left a drawing instead of the picture.
  test.skipIf(!engine).each([
    ['1280x720', 'yuv420p10le', 'arib-std-b67'],
    ['854x480', 'yuv420p10le', 'smpte2084'],
    ['321x181', 'yuv444p', ''],
    ['322x181', 'yuv422p10le', 'arib-std-b67'],
    ['321x181', 'yuv444p10le', 'smpte2084'],
    ['16x2048', 'yuv420p', ''],
    ['2048x16', 'yuv420p', ''],
    ['16x2048', 'yuv420p10le', 'arib-std-b67'],
    ['2048x16', 'yuv420p10le', 'smpte2084'],
  ])('%s %s %s: the picture, in its shape', async (size, pixels, curve) => {
    const colours = curve
      ? ['-color_trc', curve, '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc']
      : []
    const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', pixels, ...colours]
    const path = await makeClip('mp4', [...picture(mark, size, 0.4), ...encode])
    const media = (await engine) as Media
    const inspection = await media.inspect(path)
    const target = join(temporary(), 'video.mp4')
    const { width, height } = await media.render(path, inspection, target)
    expect(
      Math.abs(Math.log((width / height) * (inspection.video.height / inspection.video.width))),
    ).toBeLessThan(0.15)
    const cover = await coverOf(path)
    expect(readFileSync(cover).equals(await isDrawn(path, inspection.video))).toBe(false)
    const shape = (await readPicture(cover)).aspect
    expect(
      Math.abs(Math.log(shape * (inspection.video.height / inspection.video.width))),
    ).toBeLessThan(0.5)
  })

  test.skipIf(!engine).each(['1x1', '2x2', '3x5'])('%s pixels become a video', async (size) => {
    const source = [
      '-f',
      'lavfi',
      '-i',
      `color=red:s=64x64:r=25:d=1,scale=${size.replace('x', ':')}`,
    ]
    const path = await makeClip('matroska', [...source, '-c:v', 'ffv1', '-pix_fmt', 'yuv444p'])
    const media = (await engine) as Media
    const { width, height } = await media.render(
      path,
      await media.inspect(path),
      join(temporary(), 'video.mp4'),
    )
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(2)
    await coverOf(path)
  })
})
