import { bitmap, type Paint } from '../lib/bitmap.ts'
import { drawFace } from './face/face.ts'

const avatarPixels = 256
const backgroundWidth = 720
const backgroundHeight = 480

/** A user's avatar, PNG: a face drawn from the id, so everybody has one from the start. */
export function drawAvatar(userId: number): Promise<Uint8Array> {
  const pixels = drawFace(digestOf(userId), avatarPixels)
  const stride = avatarPixels * 3
  const paint: Paint = (row, y) => row.set(pixels.subarray(y * stride, (y + 1) * stride))
  return new Bun.Image(bitmap(avatarPixels, avatarPixels, paint)).png().bytes()
}

/** A user's background, JPEG: a soft gradient in the colours of the id. */
export async function drawBackground(userId: number): Promise<Uint8Array> {
  // Six coarse pixels, enlarged smoothly, are a gradient.
  return new Bun.Image(bitmap(3, 2, coarse(digestOf(userId))))
    .resize(backgroundWidth, backgroundHeight)
    .jpeg({ quality: 80 })
    .bytes()
}

const digestOf = (userId: number): Uint8Array =>
  new Bun.CryptoHasher('sha256').update(`douyin:${userId}`).digest()

/** Colours taken from `bytes`, dimmed so that white text shows on them. */
const coarse =
  (bytes: Uint8Array): Paint =>
  (row, y, columns) => {
    for (let i = 0; i < columns * 3; i++) row[i] = 40 + ((bytes[y * columns * 3 + i] ?? 0) % 140)
  }
