import { expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createChildPool } from '../../src/media/embedded/child-pool.ts'
import { type MediaChild, startMediaChild } from '../../src/media/embedded/child-process.ts'
import { keyframeSizesOf } from '../../src/media/embedded/embedded.ts'
import type { FileInfo } from '../../src/media/inspect/file-info.ts'
import { temporary } from '../support/media/clips.ts'
import { makeClip } from '../support/media/make.ts'
import { runEmbedded } from '../support/media/run.ts'

// The mistake that these catch: a file lets ffprobe print as much as it likes, which the child sends
// to the server, which then has no memory left.

setDefaultTimeout(60_000)

const lane = { size: 1, waiting: 1 }

test('of the sizes of 100,000 keyframes each is sent to the server once', async () => {
  let sent = 0
  const pool = createChildPool({ interactive: lane, background: lane }, (background) =>
    counted(startMediaChild(background), (length) => {
      sent += length
    }),
  )
  const path = await keyframes(100_000)
  const info = { container: 'ivf', video: { stream: '0' } } as FileInfo
  const sizes = await keyframeSizesOf(pool, path, info, 60_000)
  pool.close()
  expect(sizes).toEqual([{ width: 16, height: 16 }])
  expect(sent).toBeLessThan(1000)
})

test('whatever is printed, 4 MB of it are kept, and what is cut is no JSON', async () => {
  const { output } = await runEmbedded({
    name: 'ffprobe',
    args: ['-v', 'error', '-show_frames', '-of', 'json', '-f', 'ivf', '/media/input'],
    files: { input: { path: await keyframes(10_000), write: false } },
  })
  expect(output.length).toBeGreaterThan(4_000_000)
  expect(output.length).toBeLessThanOrEqual(4 << 20)
  expect(() => JSON.parse(output)).toThrow()
})

/** Tells how many characters each program printed that the child ran. */
const counted = (child: MediaChild, tell: (length: number) => void): MediaChild => ({
  ...child,
  get alive() {
    return child.alive
  },
  async runProgram(program, timeoutMs) {
    const result = await child.runProgram(program, timeoutMs)
    tell(result.output.length)
    return result
  },
})

/** A file with one keyframe of VP8 over and over: a header of 32 bytes, and of 12 for each frame. */
async function keyframes(count: number): Promise<string> {
  const draw = ['-f', 'lavfi', '-i', 'color=gray:s=16x16', '-frames:v', '1', '-c:v', 'libvpx']
  const one = Buffer.from(await Bun.file(await makeClip('ivf', draw)).bytes())
  const frame = one.subarray(32)
  const bytes = Buffer.alloc(32 + count * frame.length)
  one.copy(bytes, 0, 0, 32)
  for (let i = 0; i < count; i++) {
    const at = 32 + i * frame.length
    frame.copy(bytes, at)
    bytes.writeBigUInt64LE(BigInt(i), at + 4)
  }
  const path = join(temporary(), 'keyframes.ivf')
  writeFileSync(path, bytes)
  return path
}
