import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMedia } from '../../src/media/create.ts'
import { outcome } from '../ports/harness.ts'
import { clip, temporary } from '../support/media/clips.ts'

setDefaultTimeout(60_000)

// The mistake that these catch: an index says how much is written, and nobody asks whether the file
// has it. A file of some kilobytes then fills the disk.

const limits = { maxDuration: 600, maxPixels: 7680 * 4320, maxFrameRate: 240 }
const media = createMedia({ ...limits, ffmpeg: 'embedded' })

/** The contents of the first box of a type that is found below the given place. */
function find(bytes: Buffer, type: string, from = 0): number {
  const at = bytes.indexOf(type, from, 'latin1')
  expect(at).toBeGreaterThan(0)
  return at + 4
}

/** A clip whose index says of each sample of its picture that it has so many bytes. */
async function bomb(kind: 'table' | 'fragment', bytes: number): Promise<string> {
  const file = readFileSync(await clip('h264'))
  if (kind === 'table') {
    const at = find(file, 'stsz')
    const count = file.readUInt32BE(at + 8)
    expect(file.readUInt32BE(at + 4)).toBe(0)
    for (let i = 0; i < count; i++) file.writeUInt32BE(bytes, at + 12 + i * 4)
    const path = join(temporary(), 'bomb.mp4')
    writeFileSync(path, file)
    return path
  }
  // A fragment of a few bytes, all of whose samples have the same size.
  const box = (type: string, ...parts: readonly (Buffer | readonly number[])[]): Buffer => {
    const numbers = (part: readonly number[]) => {
      const bytes = Buffer.alloc(part.length * 4)
      for (const [i, value] of part.entries()) bytes.writeUInt32BE(value, i * 4)
      return bytes
    }
    const body = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : numbers(part))))
    return Buffer.concat([numbers([body.length + 8]), Buffer.from(type, 'latin1'), body])
  }
  const traf = box('traf', box('tfhd', [0x10, 1, bytes]), box('trun', [0, 2]))
  const path = join(temporary(), 'bomb.mp4')
  writeFileSync(path, Buffer.concat([file, box('moof', traf)]))
  return path
}

test.each(['table', 'fragment'] as const)(
  '%s that claims more than it has is refused',
  async (name) => {
    const port = await media
    const path = await bomb(name, statSync(await clip('h264')).size)
    expect(await outcome(port.inspect(path))).toBe('video_damaged')
    // Of the same kind, but honest.
    expect((await port.inspect(await clip('h264'))).video.width).toBe(320)
  },
)

test('a rendition never has more than it may have, and says so', async () => {
  const port = await media
  const path = await clip('avi')
  const inspection = await port.inspect(path)
  const target = join(temporary(), 'out.mp4')
  const whole = await port.render(path, inspection, target)
  const tight = { maxBytes: Math.floor(whole.size / 3) }
  expect(await outcome(port.render(path, inspection, target, tight))).toBe('storage_full')
  expect(await Bun.file(target).exists()).toBe(false)
  await port.close()
})
