/**
 * What somebody is told whose file can't be taken: what it is, and what would help. The mistake that
 * this would catch: that a photo or a protected film is called damaged, or a codec that isn't in it is
 * named.
 */
import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { createMedia } from '../../src/media/create.ts'
import { type ClipName, clip, temporary } from '../support/media/clips.ts'
import { overwrite, scramble, scrambleDisc } from '../support/media/surgery.ts'

setDefaultTimeout(60_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const media = createMedia({ ...limits, ffmpeg: 'embedded' })
afterAll(async () => (await media).close())

const bytesOf = async (name: ClipName): Promise<Buffer> => readFileSync(await clip(name))

const box = (type: string, body: string): Buffer => {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type + body, 'latin1')])
  bytes.writeUInt32BE(bytes.length)
  return bytes
}

/** A still picture in the boxes of an MP4: ISO/IEC 23008-12. */
const photo = (brand: string): Buffer =>
  Buffer.concat([
    box('ftyp', `${brand}\0\0\0\0mif1${brand}`),
    box('meta', '\0'.repeat(300)),
    box('mdat', 'x'.repeat(5000)),
  ])

type Row = [what: string, bytes: () => unknown, code: ErrorCode, zh: string, en: string]

const rows: Row[] = [
  ['a photo of an iPhone', () => photo('heic'), 'photo', '图片（HEIC）', 'picture (HEIC)'],
  ['an AVIF', () => photo('avif'), 'photo', '图片（AVIF）', 'picture (AVIF)'],
  ['a JPEG', () => Buffer.from('ffd8ffe000104a464946', 'hex'), 'photo', 'JPEG', 'JPEG'],
  ['a PNG', () => bytesOf('image'), 'photo', 'PNG', 'choose a video'],
  ['a GIF', () => 'GIF89a'.padEnd(100, '\0'), 'photo', 'GIF', 'GIF'],
  ['a WebP', () => `RIFF\x10\0\0\0WEBPVP8 ${'\0'.repeat(99)}`, 'photo', 'WebP', 'WebP'],
  [
    'sound in an MP4',
    () => bytesOf('audio-only'),
    'sound_only',
    '只有声音（AAC）',
    'only sound (AAC)',
  ],
  ['an MP3', () => `ID3\x03${'\0'.repeat(99)}`, 'sound_only', 'MP3', 'MP3'],
  ['a WAV', () => `RIFF\x10\0\0\0WAVEfmt ${'\0'.repeat(99)}`, 'sound_only', 'WAV', 'WAV'],
  ['a PDF', () => '%PDF-1.7\n', 'not_a_video', 'PDF', 'PDF'],
  ['a ZIP', () => Buffer.from('504b030414000000', 'hex'), 'not_a_video', 'ZIP', 'ZIP'],
  ['a text', () => '文字，不是视频。'.repeat(20), 'not_a_video', 'TXT', 'TXT'],
  ['a page', () => '<html><body>'.repeat(20), 'not_a_video', 'HTML', 'HTML'],
  ['a playlist', () => '#EXTM3U\n#EXTINF:1,\na.ts\n', 'not_a_video', 'M3U8', 'M3U8'],
  ['noise', () => Buffer.alloc(2000, 0xa5), 'not_a_video', '请上传 MP4', 'please upload one'],
  ['a film under CENC', () => bytesOf('cenc'), 'video_protected', 'DRM', 'without protection'],
  [
    'a film of a shop',
    () => patched('h264', overwrite('avc1', 0, fourCc('drmi'), 'stsd')),
    'video_protected',
    'DRM',
    'DRM',
  ],
  [
    'sound of a shop',
    () => patched('h264', overwrite('mp4a', 0, fourCc('enca'))),
    'video_protected',
    'DRM',
    'DRM',
  ],
  ['a scrambled disc', () => patched('vob pcm_dvd', scrambleDisc), 'video_protected', 'DRM', 'DRM'],
  ['a scrambled broadcast', () => patched('mpegts', scramble), 'video_protected', 'DRM', 'DRM'],
  [
    'an encrypted Matroska',
    // In place of what isn't needed of a track: RFC 9559, 5.1.4.1.31, and filling.
    () =>
      patched('mkv', (bytes) => {
        const encoding = '6d808e62408b5033810150358447e28101ec820000'
        bytes.set(Buffer.from(encoding, 'hex'), bytes.indexOf(Buffer.from('73c588', 'hex')))
        return bytes
      }),
    'video_protected',
    'DRM',
    'DRM',
  ],
  [
    'a protected ASF',
    // In place of the list of codecs.
    () =>
      patched(
        'wmv',
        replaced('4052d1861d31d011a3a400a0c90348f6', 'fbb3112223bdd211b4b700a0c955fc6e'),
      ),
    'video_protected',
    'DRM',
    'DRM',
  ],
  [
    'a codec of games',
    () => bytesOf('cinepak'),
    'codec_unsupported',
    'CINEPAK 编码的画面',
    'picture is in CINEPAK',
  ],
  [
    'an unknown sound',
    () => patched('mirrored-adpcm', overwrite('ima4', 0, fourCc('apac'), 'stsd')),
    'sound_unsupported',
    'APAC',
    'sound is in APAC',
  ],
  [
    'xHE-AAC',
    () => bytesOf('xhe-aac'),
    'sound_unsupported',
    '请将声音转换为 AAC',
    'convert the sound to AAC',
  ],
]

test.each(rows)('%s', async (_, bytes, code, zh, en) => {
  const path = join(temporary(), 'upload')
  writeFileSync(path, (await bytes()) as string | Buffer)
  const refusal = await (await media).inspect(path).then(
    () => null,
    (error: unknown) => error,
  )
  expect(refusal).toBeInstanceOf(AppError)
  const { code: told, ...rest } = refusal as AppError
  expect(told, JSON.stringify(rest)).toBe(code)
  expect((refusal as AppError).text('zh')).toContain(zh)
  expect((refusal as AppError).text('en')).toContain(en)
})

// The first sound may be one that nothing decodes, beside one that everything plays.
test('a sound that cannot be decoded is left for one that can', async () => {
  const path = join(temporary(), 'upload')
  writeFileSync(path, await patched('two-sounds', overwrite('mp4a', 0, fourCc('apac'))))
  const { audio, sounds } = await (await media).inspect(path)
  expect([sounds.length, audio?.codec]).toEqual([2, 'aac'])
})

const fourCc = (name: string): string => Buffer.from(name, 'latin1').toString('hex')

const replaced =
  (from: string, to: string) =>
  (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(Buffer.from(from, 'hex'))
    expect(at).toBeGreaterThan(0)
    bytes.set(Buffer.from(to, 'hex'), at)
    return bytes
  }

const patched = async (name: ClipName, patch: (bytes: Buffer) => Buffer): Promise<Buffer> =>
  patch(await bytesOf(name))
