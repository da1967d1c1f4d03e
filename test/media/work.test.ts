import { expect, test } from 'bun:test'
import type { Inspection } from '../../src/media/media.ts'
import { decodeWork, transcodeWork } from '../../src/media/render/work.ts'

const target = { shortSide: 1080, frameRate: 15 }

const clip = (frameRate: number, duration: number) =>
  ({
    video: { width: 640, height: 360, frameRate, hdr: null },
    plan: 'transcode',
    keepsVideo: false,
    duration,
  }) as Inspection

// Otherwise an hour of it counts as one frame, passes for short and gets no time.
test('a file whose rate is not known counts as one of 30 frames a second', () => {
  expect(decodeWork(clip(0, 600))).toBe(decodeWork(clip(30, 600)))
  expect(transcodeWork(clip(0, 600), target)).toBe(transcodeWork(clip(30, 600), target))
})

test('a file whose duration is not known counts as one of a minute', () => {
  expect(decodeWork(clip(25, 0))).toBe(decodeWork(clip(25, 60)))
})
