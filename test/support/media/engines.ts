import { afterAll } from 'bun:test'
import { createMedia } from '../../../src/media/create.ts'
import type { Limits, Media } from '../../../src/media/media.ts'

/** The native ffmpeg of the tests: that of `DOUYIN_TEST_FFMPEG`, else the one in the path, if any. */
export const nativeFfmpeg = Bun.which(process.env.DOUYIN_TEST_FFMPEG ?? 'ffmpeg')

/**
 * Both engines with the same limits, each with a name, for `describe.each`; closed after the tests of the
 * file. Undefined stands for a native one that isn't there.
 */
export function openEngines(limits: Limits) {
  const embedded = createMedia({ ...limits, ffmpeg: 'embedded' })
  const native: Promise<Media> | undefined = nativeFfmpeg
    ? createMedia({ ...limits, ffmpeg: nativeFfmpeg })
    : undefined
  afterAll(async () => {
    await (await embedded).close()
    await (await native)?.close()
  })
  return [
    ['embedded', embedded],
    [nativeFfmpeg ?? 'native', native],
  ] as const
}
