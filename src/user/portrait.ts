import { toPng } from 'jdenticon'

/** Side of an avatar and size of a background, pixels. */
const side = 256
const width = 720
const height = 480

/** A user's avatar, PNG: drawn from the id, so everybody has one from the first moment. */
export const drawAvatar = (userId: number): Uint8Array =>
  toPng(`douyin:${userId}`, side, { backColor: '#ffffff' })

/** A user's background, JPEG: a soft gradient in the colours of the id. */
export async function drawBackground(userId: number): Promise<Uint8Array> {
  const digest = new Bun.CryptoHasher('sha256').update(`douyin:${userId}`).digest()
  // Six coarse pixels, enlarged smoothly, are a gradient.
  return new Bun.Image(bitmap(3, 2, digest)).resize(width, height).jpeg({ quality: 80 }).bytes()
}

/** An uncompressed BMP of 24-bit pixels taken from `bytes`, dimmed so that white text shows. */
function bitmap(columns: number, rows: number, bytes: Uint8Array): Uint8Array {
  const stride = Math.ceil((columns * 3) / 4) * 4
  const file = Buffer.alloc(54 + stride * rows)
  file.write('BM')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(54, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(columns, 18)
  file.writeInt32LE(rows, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(24, 28)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns * 3; i++) {
      file[54 + row * stride + i] = 40 + ((bytes[row * columns * 3 + i] ?? 0) % 140)
    }
  }
  return file
}
