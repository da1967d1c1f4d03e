import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorCode } from '../../src/errors.ts'
import { createMedia } from '../../src/media/create.ts'
import type { Inspection, Media, MediaOptions } from '../../src/media/media.ts'
import { type ClipName, clip, temporary } from '../support/media/clips.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'
import { runEmbedded } from '../support/media/run.ts'

setDefaultTimeout(60_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const media = createMedia({ ...limits, ffmpeg: 'embedded' })
afterAll(async () => (await media).close())

/** The bytes of a clip, to be spoilt. */
const bytesOf = async (name: ClipName): Promise<Buffer> => readFileSync(await clip(name))

function write(bytes: string | Uint8Array): string {
  const path = join(temporary(), 'upload')
  writeFileSync(path, bytes)
  return path
}

/** Overwrites four bytes, `skip` bytes behind the first place where a box has this name. */
function patch(bytes: Buffer, name: string, skip: number, value: number): Buffer {
  const at = bytes.indexOf(name)
  if (at < 0) throw new Error(`the clip has no ${name}`)
  bytes.writeUInt32BE(value, at + skip)
  return bytes
}

const box = (name: string, body: string): Buffer => {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name + body, 'latin1')])
  bytes.writeUInt32BE(bytes.length)
  return bytes
}

/** The first boxes of an MP4, without the data. */
const upTo = (bytes: Buffer, name: string) => bytes.subarray(0, bytes.indexOf(name) - 4)

const refused: [what: string, bytes: () => unknown, code: ErrorCode | ErrorCode[]][] = [
  ['nothing', () => '', 'not_a_video'],
  ['one byte', () => 'x', 'not_a_video'],
  ['text', () => 'just some words '.repeat(1000), 'not_a_video'],
  ['a page', () => '<!doctype html><video src=x>'.repeat(100), 'not_a_video'],
  ['a picture', () => bytesOf('image'), 'photo'],
  ['sound alone', () => bytesOf('audio-only'), 'sound_only'],
  ['an HLS playlist', async () => hls(await clip('h264')), 'not_a_video'],
  ['a concat list', async () => concat(await clip('h264')), 'not_a_video'],
  ['the first box alone', async () => upTo(await bytesOf('h264'), 'moov'), 'not_a_video'],
  ['no data', async () => upTo(await bytesOf('h264'), 'mdat'), 'video_damaged'],
  ['no index', async () => upTo(await bytesOf('moov-last'), 'moov'), 'video_damaged'],
  ['half a file', async () => half(await bytesOf('h264')), 'video_damaged'],
  ['half a file, index last', async () => half(await bytesOf('moov-last')), 'video_damaged'],
  ['half an MKV', async () => half(await bytesOf('mkv')), 'video_damaged'],
  ['half an AVI', async () => half(await bytesOf('avi')), 'video_damaged'],
  ['an AVI of a header', async () => (await bytesOf('avi')).subarray(0, 600), 'video_damaged'],
  [
    'a page between the boxes',
    async () => {
      const bytes = await bytesOf('h264')
      const size = bytes.readUInt32BE(0)
      const page = box('free', '<html><script>alert(1)</script></html>')
      return Buffer.concat([bytes.subarray(0, size), page, bytes.subarray(size)])
    },
    'not_a_video',
  ],
  ['a page in front', async () => ['<html>', await bytesOf('h264')], 'not_a_video'],
  ['a page behind', async () => [await bytesOf('h264'), '<html>'.repeat(9)], 'video_damaged'],
  [
    'a box of 4 GB',
    async () => patch(await bytesOf('h264'), 'mdat', -4, 2 ** 32 - 1),
    'video_damaged',
  ],
  ['a box of 7 bytes', async () => patch(await bytesOf('h264'), 'mdat', -4, 7), 'video_damaged'],
  [
    'a box of 2^63 bytes',
    async () => patch(patch(await bytesOf('h264'), 'free', -4, 1), 'free', 4, 2 ** 31),
    'video_damaged',
  ],
  [
    'a track larger than the index',
    async () => patch(await bytesOf('h264'), 'trak', -4, 2 ** 31),
    ['video_damaged', 'not_a_video'],
  ],
  [
    'two thousand million samples',
    async () => patch(await bytesOf('h264'), 'stsz', 12, 2 ** 31),
    'video_damaged',
  ],
  [
    'samples behind the end',
    async () => patch(await bytesOf('silent'), 'stco', 12, 2 ** 30),
    'video_damaged',
  ],
]

test.each(refused)('refused: %s', async (_, bytes, code) => {
  const parts = [await bytes()].flat() as (string | Buffer)[]
  const path = write(Buffer.concat(parts.map((part) => Buffer.from(part))))
  const inspection = (await media).inspect(path)
  await expect(inspection.then(JSON.stringify, (error) => error.code)).resolves.toBeOneOf(
    [code].flat(),
  )
})

// The size of the segment has 56 bits, which a number holds exactly only if it is put together well.
test.each([2, 3, 4, 5, 6, 7, 8, 9])('an MKV longer by %i bytes is whole', async (more) => {
  const bytes = await bytesOf('mkv')
  const at = bytes.indexOf(Buffer.from('18538067', 'hex')) + 4
  const size = bytes.readBigUInt64BE(at)
  // An element `Void` at the end of the segment.
  const padding = Buffer.alloc(more)
  padding.set([0xec, 0x80 + more - 2])
  bytes.writeBigUInt64BE(size + BigInt(more), at)
  const longer = write(Buffer.concat([bytes, padding]))
  await expect((await media).inspect(longer)).resolves.toMatchObject({ plan: 'remux' })
  const shorter = write(Buffer.concat([bytes, padding.subarray(1)]))
  await expect((await media).inspect(shorter)).rejects.toMatchObject({ code: 'video_damaged' })
})

test('a file that is not there is no fault of the video', async () => {
  const missing = (await media).inspect(join(temporary(), 'nothing'))
  await expect(missing).rejects.toThrow('ENOENT')
})

const narrow: [keyof typeof limits, number, ErrorCode, string][] = [
  ['maxDuration', 0.5, 'video_too_long', '0.5 seconds'],
  ['maxPixels', 320 * 179, 'video_too_big', '57280 pixels'],
  ['maxFrameRate', 20, 'video_too_fast', '20 frames'],
]

test.each(narrow)('over the limit %s', async (limit, value, code, words) => {
  const options: MediaOptions = { ...limits, [limit]: value, ffmpeg: 'embedded' }
  const strict = await createMedia(options)
  const inspection = strict.inspect(await clip('h264'))
  await expect(inspection).rejects.toMatchObject({ code })
  await expect(inspection).rejects.toThrow(words)
  await strict.close()
})

const nativeMedia = nativeFfmpeg ? createMedia({ ...limits, ffmpeg: nativeFfmpeg }) : undefined
afterAll(async () => (await nativeMedia)?.close())

describe.each([
  ['embedded', media],
  [nativeFfmpeg ?? 'native', nativeMedia],
] as const)('engine %s', (_, opened) => {
  const here = opened !== undefined
  // Should a playlist ever pass the inspection, the engine itself still opens nothing but it.
  test.skipIf(!here).each([
    ['HLS', hls],
    ['concat', concat],
  ] as const)('a %s playlist taken for an MP4 leads nowhere', async (_, playlist) => {
    const engine = (await opened) as Media
    const target = join(temporary(), 'video')
    // A neighbour with a plain name and ending is what playlists may name by default.
    const upload = write('')
    await Bun.write(join(upload, '..', 'neighbour.ts'), readFileSync(await clip('mpegts')))
    writeFileSync(upload, playlist('neighbour.ts'))
    const rendering = engine.render(upload, forged, target)
    await expect(rendering).rejects.toMatchObject({ code: 'video_damaged' })
    expect(await Bun.file(target).exists()).toBe(false)
  })
})

test('the embedded ffmpeg sees no file but those of its job', async () => {
  const secret = await clip('h264')
  const outside = await copies(secret, [])
  const playlist = await copies('/media/input', ['-f', 'concat', '-safe', '0'], concat(secret))
  const upwards = await copies(`/media/../../..${secret}`, [])
  // The mistake that this would hide: that the call itself is wrong and nothing can be copied.
  const allowed = await copies('/media/input', [], readFileSync(secret))
  expect([outside, playlist, upwards, allowed]).toEqual([1, 1, 1, 0])
})

async function copies(from: string, options: string[], input: string | Uint8Array = '') {
  const path = join(temporary(), 'out')
  const { code } = await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', ...options, '-i', from],
      ...['-c', 'copy', '-f', 'mp4', '/media/out'],
    ],
    files: { input: { path: write(input), write: false }, out: { path, write: true } },
  })
  return code
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2)

function hls(path: string): string {
  return `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${path}\n#EXT-X-ENDLIST\n`
}

function concat(path: string): string {
  return `ffconcat version 1.0\nfile '${path}'\n`
}

const forged: Inspection = {
  container: 'mp4',
  faststart: true,
  video: {
    codec: 'h264',
    stream: '0',
    width: 320,
    height: 180,
    mirrored: false,
    frameRate: 25,
    universal: true,
    effort: 'within',
    interlaced: false,
    hdr: null,
    pixelBytes: 1.5,
    square: true,
    av1: null,
  },
  sounds: [],
  audio: { codec: 'aac', stream: '1', universal: true },
  duration: 1,
  keepsVideo: true,
  plan: 'copy',
  thenTranscode: false,
}
