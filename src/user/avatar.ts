import { toPng } from 'jdenticon'
import { bitmap, type Paint } from '../lib/bitmap.ts'

const avatarPixels = 256
const backgroundWidth = 720
const backgroundHeight = 480

/** A user's avatar, PNG: drawn from the id, so everybody has one from the start. */
export const drawAvatar = (userId: number): Uint8Array =>
  toPng(`douyin:${userId}`, avatarPixels, { backColor: '#ffffff' })

/** A user's background, JPEG: a soft gradient in the colours of the id. */
export async function drawBackground(userId: number): Promise<Uint8Array> {
  const digest = new Bun.CryptoHasher('sha256').update(`douyin:${userId}`).digest()
  // Six coarse pixels, enlarged smoothly, are a gradient.
  return new Bun.Image(bitmap(3, 2, coarse(digest)))
    .resize(backgroundWidth, backgroundHeight)
    .jpeg({ quality: 80 })
    .bytes()
}

/** Colours taken from `bytes`, dimmed so that white text shows on them. */
const coarse =
  (bytes: Uint8Array): Paint =>
  (row, y, columns) => {
    for (let i = 0; i < columns * 3; i++) row[i] = 40 + ((bytes[y * columns * 3 + i] ?? 0) % 140)
  }
