import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { otherFormat, pictureFormat } from '../inspect/outside/other-files.ts'
import { writeWhole } from '../render/write-whole.ts'

/** Decoding takes four bytes for each of them. */
const maxPixels = 25_000_000

const jpegQuality = 85

/**
 * Scans of a progressive JPEG, each of which takes as long as decoding the whole picture, however
 * short it is in the file. Encoders make about ten, and a preview in it has one.
 */
const maxScans = 64

/**
 * Re-encodes a picture, in a media child: see Media.picture.
 * @throws AppError not_a_picture, picture_unsupported, picture_moves, picture_too_big, storage_full
 */
export async function encodePicture(path: string, side: number, target: string): Promise<void> {
  await writeWhole(target, await encode(await readFile(path), side))
}

async function encode(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  assertStill(file)
  try {
    return await new Bun.Image(bytes, { maxPixels })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: jpegQuality })
      .bytes()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ERR_IMAGE_TOO_MANY_PIXELS') {
      throw new AppError('picture_too_big', {
        max: maxPixels / 10_000,
        millions: maxPixels / 1_000_000,
      })
    }
    if (code?.startsWith('ERR_IMAGE_')) throw new AppError('not_a_picture')
    throw error
  }
}

/** Only what is decoded by code that was built for hostile files, and in bounded time. */
function assertStill(file: Buffer): void {
  if (file.subarray(0, 4).toString('latin1') === 'GIF8') throw new AppError('picture_moves')
  if (isJpeg(file)) {
    if (countOf(file, Buffer.of(0xff, 0xda), maxScans) > maxScans) {
      throw new AppError('not_a_picture')
    }
  } else if (isPng(file)) {
    if (chunksBefore(file, 'IDAT').includes('acTL')) throw new AppError('picture_moves')
  } else if (isWebp(file)) {
    const isAnimated = file.subarray(12, 16).toString('latin1') === 'VP8X' && (file[20] ?? 0) & 2
    if (isAnimated) throw new AppError('picture_moves')
  } else {
    throw refusalOf(file.subarray(0, headBytes))
  }
}

/** Bytes by which a file is told from others. */
const headBytes = 512

/** Calls the file by its name, so that people know what to convert, or that they took another one. */
function refusalOf(head: Buffer): AppError {
  const picture = pictureFormat(head)
  if (picture !== null) return new AppError('picture_unsupported', { format: picture })
  const format = otherFormat(head)
  return new AppError('not_a_picture', format === null ? {} : { format })
}

const isJpeg = (file: Buffer) => file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff

const pngStart = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const isPng = (file: Buffer) => file.subarray(0, 8).equals(pngStart)

const isWebp = (file: Buffer) =>
  file.subarray(0, 4).toString('latin1') === 'RIFF' &&
  file.subarray(8, 12).toString('latin1') === 'WEBP'

/** How often a pattern is in a file; counts no further than one beyond `most`. */
function countOf(file: Buffer, pattern: Buffer, most: number): number {
  let count = 0
  for (let at = file.indexOf(pattern); at !== -1; at = file.indexOf(pattern, at + 2)) {
    if (++count > most) break
  }
  return count
}

/** The types of the chunks of a PNG up to one of a type; a few thousand at most. */
function chunksBefore(file: Buffer, last: string): string[] {
  const types: string[] = []
  for (let at = 8; at + 8 <= file.length && types.length < 4096; ) {
    const type = file.toString('latin1', at + 4, at + 8)
    if (type === last) break
    types.push(type)
    at += 12 + file.readUInt32BE(at)
  }
  return types
}
