import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMedia } from '../../src/media/create.ts'
import { createChildPool } from '../../src/media/embedded/child-pool.ts'
import { startMediaChild } from '../../src/media/embedded/child-process.ts'
import { createEmbeddedFfmpeg } from '../../src/media/embedded/embedded.ts'
import type { Ffmpeg } from '../../src/media/ffmpeg.ts'
import { pixelBytes } from '../../src/media/inspect/pixel-bytes.ts'
import { createMemoryGuard } from '../../src/media/memory.ts'
import { createNativeFfmpeg } from '../../src/media/native.ts'
import { checkMemory } from '../../src/media/render/needed-memory.ts'
import { clip, temporary } from '../support/media/clips.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'
import { descendants, lives } from '../support/processes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

// The mistakes that these catch: a media process takes all memory, or goes on when its server is gone.

const lane = { size: 1, waiting: 1 }
const lanes = { interactive: lane, background: lane }
const engines = [
  ['embedded', true],
  [nativeFfmpeg ?? 'native', nativeFfmpeg !== null],
] as const

const linux = describe.skipIf(process.platform !== 'linux')

linux.each(engines)('with %s', (name, here) => {
  const open = async (maxBytes: number): Promise<Ffmpeg> => {
    const memory = createMemoryGuard(maxBytes)
    return name === 'embedded'
      ? createEmbeddedFfmpeg(createChildPool(lanes, startMediaChild, memory))
      : createNativeFfmpeg(name, lanes, memory)
  }

  test.skipIf(!here)(
    'a job that takes too much memory is killed, and the next one runs',
    async () => {
      const engine = await open(400 << 20)
      const draw = (size: string, frames: number) => ({
        ...({ lane: 'background', input: '/dev/null', outputs: [], timeoutMs: 60_000 } as const),
        args: () => [
          ...['-v', 'error', '-f', 'lavfi', '-i', `color=s=${size}:r=30,format=yuv444p`],
          // Holds back every frame until there are so many.
          ...['-vf', `tpad=start=1,reverse`, '-frames:v', `${frames}`, '-f', 'null', '-'],
        ],
      })
      const greedy = { ...draw('1920x1080', 9) }
      await expect(engine.run(greedy)).rejects.toMatchObject({ kind: 'memory' })
      const modest = {
        ...greedy,
        args: () => [
          ...['-v', 'error', '-f', 'lavfi', '-i', 'color=s=64x64:d=0.1', '-f', 'null', '-'],
        ],
      }
      await expect(engine.run(modest)).resolves.toMatchObject({ code: 0 })
      engine.close()
    },
  )

  test.skipIf(!here)('no process outlives its server, whichever job it does', async () => {
    const folder = temporary()
    const output = join(folder, 'written.nut')
    const script = join(folder, 'server.ts')
    const of = (path: string) => JSON.stringify(join(import.meta.dir, '../../src/media', path))
    writeFileSync(
      script,
      `import { createChildPool } from ${of('embedded/child-pool.ts')}
       import { createEmbeddedFfmpeg } from ${of('embedded/embedded.ts')}
       import { createNativeFfmpeg } from ${of('native.ts')}
       import { createMemoryGuard } from ${of('memory.ts')}
       const lane = { size: 2, waiting: 2 }
       const lanes = { interactive: lane, background: lane }
       const engine = ${JSON.stringify(name)} === 'embedded'
         ? createEmbeddedFfmpeg(createChildPool(lanes))
         : await createNativeFfmpeg(${JSON.stringify(name)}, lanes, createMemoryGuard(1 << 30))
       for (const lane of ['interactive', 'background']) {
         void engine.run({
           lane, input: '/dev/null', outputs: [${JSON.stringify(output)} + lane], timeoutMs: 60_000,
           args: (_, [out]) => ['-v', 'error', '-y', '-re', '-f', 'lavfi', '-i', 'testsrc=s=64x64',
             '-c:v', 'rawvideo', '-flush_packets', '1', '-f', 'nut', out],
         })
       }
       setInterval(() => {}, 1000)`,
    )
    const server = Bun.spawn([process.execPath, script], { stdio: ['ignore', 'ignore', 'inherit'] })
    await until(() => ['interactive', 'background'].every((lane) => existsSync(output + lane)))
    const family = descendants(server.pid)
    expect(family.length).toBeGreaterThanOrEqual(2)
    for (const pid of family) {
      const score = Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))
      expect(score).toBeGreaterThanOrEqual(800)
    }
    server.kill('SIGKILL')
    await until(() => family.every((pid) => !lives(pid)))
  })
})

test('a picture that takes more memory than there may be is refused by a sentence', async () => {
  const limits = { maxDuration: 600, maxPixels: 7680 * 4320, maxFrameRate: 240 }
  const media = await createMedia({ ...limits, ffmpeg: 'embedded' })
  const small = await media.inspect(await clip('hevc-mov'))
  await media.close()
  const huge = { ...small, video: { ...small.video, width: 7680, height: 4320, pixelBytes: 3 } }
  expect(() => checkMemory(small, 1 << 30)).not.toThrow()
  expect(() => checkMemory(huge, 1 << 30)).toThrow('takes about 1.')
  expect(() => checkMemory(huge, 2 ** 31)).not.toThrow()
  // What is only copied needs none.
  expect(() => checkMemory({ ...huge, plan: 'copy' }, 1 << 30)).not.toThrow()
})

test.each([
  ['yuv420p', 1.5],
  ['yuv420p10le', 3],
  ['p010le', 3],
  ['yuv422p10le', 4],
  ['yuv444p', 3],
  ['yuv444p12le', 6],
  ['yuva444p10le', 8],
  ['gbrp', 3],
  ['gray', 1],
  ['rgba', 4],
  ['of tomorrow', 1.5],
])('a pixel of %s has %p bytes', (format, bytes) => {
  expect(pixelBytes(format)).toBe(bytes)
})

linux('when all have too much together', () => {
  test('what has nothing to do ends before what works, though it is smaller', async () => {
    const sleepers = [0, 1].map(() => Bun.spawn(['sleep', '60']))
    // A process of ours, which is larger.
    const [idle, spare] = sleepers
    const memory = createMemoryGuard(1)
    const ended: string[] = []
    const unwatch = [
      memory.watch(process.pid, () => ended.push('working')),
      memory.watch(
        idle!.pid,
        () => ended.push('idle'),
        () => true,
      ),
      memory.watch(
        spare!.pid,
        () => ended.push('idle too'),
        () => true,
      ),
    ]
    await until(() => ended.length === 3)
    expect(ended).toEqual(['idle', 'idle too', 'working'])
    for (const end of unwatch) end()
    for (const sleeper of sleepers) sleeper.kill()
  })
})
