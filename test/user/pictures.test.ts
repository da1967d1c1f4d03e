import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { maxPictureBytes } from '../../src/user/edit/receive.ts'
import { removeUser } from '../../src/user/remove-user.ts'
import { call } from '../support/api.ts'
import { edit } from '../support/edit.ts'
import { pngChunk as chunk, png } from '../support/png.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
})
afterAll(() => server[Symbol.asyncDispose]())

type Person = { id: number; token: string }

const someone = async (name: string) => (await storedUsers(server, 1, name))[0] as Person

const filesOf = (folder: string) => readdirSync(join(server.ctx.config.data, folder))

const jpeg = (width: number, height: number) => new Bun.Image(png(width, height)).jpeg().bytes()

/** A JPEG with an EXIF block: orientation 6 (turned by 90°), and words that a camera left. */
async function cameraJpeg(width: number, height: number): Promise<Buffer> {
  const plain = Buffer.from(await jpeg(width, height))
  const tiff = Buffer.alloc(26)
  tiff.write('MM\0*', 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(0x0112, 10)
  tiff.writeUInt16BE(3, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(6, 18)
  const data = Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('31.2304N 121.4737E')])
  const head = Buffer.of(0xff, 0xe1, 0, data.length + 2)
  return Buffer.concat([plain.subarray(0, 2), head, data, plain.subarray(2)])
}

const pathOf = (url: string) => new URL(url).pathname

const shownIn = async (url: string) => {
  const response = await fetch(url)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  const bytes = Buffer.from(await response.bytes())
  return { bytes, ...(await new Bun.Image(bytes).metadata()) }
}

test('pictures are shown to everybody at once, made smaller, without what the camera noted', async () => {
  const { id, token } = await someone('looks')
  const other = await someone('looks on')
  const seen = async () =>
    (await call(server, 'GET', 'user/', { token: other.token, user_id: id })).user
  const drawn = await seen()
  expect(pathOf(drawn.avatar)).toBe(`/avatars/${id}.png`)
  const photo = await cameraJpeg(1600, 800)
  const { user } = await edit(
    server,
    [
      ['avatar', photo],
      ['background_image', png(3000, 60)],
    ],
    {
      authorization: `Bearer ${token}`,
    },
  )
  expect(await seen()).toEqual(user)
  const avatar = await shownIn(user.avatar)
  // Turned upright, as the camera said.
  expect([avatar.width, avatar.height]).toEqual([256, 512])
  for (const word of ['Exif', '31.2304N']) expect(avatar.bytes.includes(word)).toBe(false)
  const background = await shownIn(user.background_image)
  expect([background.width, background.height]).toEqual([1440, 29])
})

test('another picture has another address, and the one before is gone, as they all are with the user', async () => {
  const { id, token } = await someone('changes')
  const before = filesOf('pictures')
  const first = await edit(server, [
    ['token', token],
    ['avatar', png(9, 9)],
  ])
  const second = await edit(server, [
    ['token', token],
    ['avatar', png(9, 9)],
    ['background_image', png(9, 9)],
  ])
  expect(second.user.avatar).not.toBe(first.user.avatar)
  expect((await fetch(first.user.avatar)).status).toBe(404)
  expect(filesOf('pictures')).toHaveLength(before.length + 2)
  await removeUser(server.ctx, id)
  expect(filesOf('pictures').toSorted()).toEqual(before.toSorted())
  expect((await fetch(second.user.avatar)).status).toBe(404)
})

describe('a file that can’t be used is refused in a sentence, and leaves nothing', () => {
  /** A WebP says in its header that it moves. */
  const animatedWebp = Buffer.concat([
    ...[Buffer.from('RIFF'), Buffer.of(22, 0, 0, 0), Buffer.from('WEBPVP8X')],
    ...[Buffer.of(10, 0, 0, 0, 2, 0, 0, 0), Buffer.alloc(6)],
  ])
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
  const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)])
  const files: Record<string, [make: () => Promise<Buffer> | Buffer, code: number]> = {
    'of no bytes': [() => Buffer.alloc(0), 2012],
    'of one byte': [() => Buffer.of(0xff), 2012],
    'of words': [() => Buffer.from('nothing that could be seen'), 2012],
    'that is an SVG': [() => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 2015],
    'of nothing but a signature': [() => png(9, 9).subarray(0, 8), 2012],
    'cut short': [() => png(90, 90).subarray(0, 60), 2012],
    'with too few rows': [() => png(90, 90, [], 3), 2012],
    'that is a BMP': [() => bmp, 2015],
    'that is a GIF': [() => gif, 2013],
    'that is an animated PNG': [() => png(9, 9, [chunk('acTL', Buffer.alloc(8))]), 2013],
    'that is an animated WebP': [() => animatedWebp, 2013],
    'that claims 60,000 × 60,000': [() => png(60_000, 60_000, [], 1), 2014],
    'with chunks without end': [
      () =>
        png(
          9,
          9,
          Array.from({ length: 20_000 }, () => chunk('tEXt', Buffer.alloc(0))),
        ),
      0,
    ],
    'with ten thousand scans': [
      async () => {
        // The last scan again and again: a decoder takes each of them for a refinement.
        const grey = new Bun.Image(png(64, 64))
        const plain = Buffer.from(await grey.jpeg({ progressive: true }).bytes())
        const scan = plain.subarray(plain.lastIndexOf(Buffer.of(0xff, 0xda)), -2)
        return Buffer.concat([
          plain.subarray(0, -2),
          ...Array(10_000).fill(scan),
          plain.subarray(-2),
        ])
      },
      2012,
    ],
    'of more bytes than it may have': [() => Buffer.alloc(maxPictureBytes + 1, 1), 2011],
  }
  test.each(Object.keys(files))('%s', async (what) => {
    const { token, id } = await someone(what)
    const [make, code] = files[what]!
    const before = filesOf('pictures')
    const sentences = new Set<string>()
    for (const language of ['zh', 'en']) {
      // The first picture is right, and isn't kept either.
      const answer = await edit(
        server,
        [
          ['token', token],
          ['avatar', png(9, 9)],
          ['background_image', await make()],
        ],
        { 'accept-language': language },
      )
      expect(answer.status_code).toBe(code)
      sentences.add(answer.status_msg)
      if (code !== 0) expect(answer.user).toMatchObject({ id: 0, avatar: '' })
    }
    expect(sentences.size).toBe(2)
    if (code === 0) return
    expect(filesOf('pictures').toSorted()).toEqual(before.toSorted())
    expect(filesOf('tmp')).toEqual([])
    const { avatar } = (await server.ctx.store.users.byId(id))!
    expect(avatar).toBeNull()
  })
})

// A phone's photo that is called no picture leaves its owner at a loss.
test('a file that can’t be used is called by its name', async () => {
  const { token } = await someone('names')
  const boxed = (brand: string) => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1`, 'latin1')
  const files: [file: Buffer, code: number, format: string][] = [
    [boxed('heic'), 2015, 'HEIC'],
    [boxed('avif'), 2015, 'AVIF'],
    [Buffer.from('II*\0 and so on'), 2015, 'TIFF'],
    [Buffer.from('<?xml version="1.0"?>\n<svg xmlns="x"/>'), 2015, 'SVG'],
    [boxed('isom'), 2012, 'MP4'],
    [Buffer.from('%PDF-1.7 and so on'), 2012, 'PDF'],
  ]
  for (const [file, code, format] of files) {
    for (const language of ['zh', 'en']) {
      const parts = [
        ['token', token],
        ['avatar', file],
      ] as const
      const { status_code, status_msg } = await edit(server, parts, { 'accept-language': language })
      expect([format, status_code]).toEqual([format, code])
      expect(status_msg).toContain(format)
    }
  }
})

// Chinese counts pixels by ten thousands, English by millions.
test('a picture of too many pixels is told how many there may be', async () => {
  const { token } = await someone('counts')
  const said = async (language: string) => {
    const parts = [
      ['token', token],
      ['avatar', png(60_000, 60_000, [], 1)],
    ] as const
    return (await edit(server, parts, { 'accept-language': language })).status_msg
  }
  expect(await said('zh')).toContain('2500 万像素')
  expect(await said('en')).toContain('more than 25 million pixels')
})

test('no byte of a picture is taken from whoever isn’t known yet', async () => {
  const { token } = await someone('late')
  for (const parts of [
    [['avatar', png(9, 9)]],
    [
      ['token', 'x'],
      ['avatar', png(9, 9)],
    ],
    [
      ['avatar', png(9, 9)],
      ['token', token],
    ],
  ] as const) {
    expect((await edit(server, parts)).status_code).toBe(1005)
    expect(filesOf('tmp')).toEqual([])
  }
})

test('many at once end with one picture of each kind', async () => {
  const { token } = await someone('hasty')
  const before = filesOf('pictures').length
  const answers = await Promise.all(
    Array.from({ length: 4 }, (_, at) =>
      edit(server, [
        ['token', token],
        ['avatar', png(10 + at, 10)],
      ]),
    ),
  )
  expect(answers.filter(({ status_code }) => status_code === 0).length).toBeGreaterThan(0)
  expect(filesOf('pictures')).toHaveLength(before + 1)
  const { user } = await call(server, 'GET', 'user/', { token })
  expect((await fetch(user.avatar)).status).toBe(200)
})
