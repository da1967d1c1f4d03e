import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMedia } from '../../src/media/create.ts'
import { type ChildPool, createChildPool } from '../../src/media/embedded/child-pool.ts'
import {
  ChildLost,
  type MediaChild,
  startMediaChild,
} from '../../src/media/embedded/child-process.ts'
import { createEmbeddedFfmpeg } from '../../src/media/embedded/embedded.ts'
import type { ProgramJob } from '../../src/media/embedded/messages.ts'
import type { Ffmpeg, FfmpegJob, Lane } from '../../src/media/ffmpeg.ts'
import { createMemoryGuard } from '../../src/media/memory.ts'
import { createNativeFfmpeg } from '../../src/media/native.ts'
import { isRunning } from '../support/is-running.ts'
import { clip, temporary } from '../support/media/clips.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const lane = { size: 1, waiting: 1 }
const lanes = { interactive: lane, background: lane }
const engines = [
  ['embedded', true],
  [nativeFfmpeg ?? 'native', nativeFfmpeg !== null],
] as const

/** Encodes until somebody ends it. */
const endless = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=640x360', '-f', 'null', '-']
const quick = ['-v', 'error', '-f', 'lavfi', '-i', 'color=d=0.1', '-f', 'null', '-']
const program = (args: readonly string[]): ProgramJob => ({ name: 'ffmpeg', args, files: {} })

const run = (pool: ChildPool, lane: Lane, args: readonly string[], timeoutMs: number) =>
  pool.run(lane, (child) => child.runProgram(program(args), timeoutMs))

describe('a media child', () => {
  const children: MediaChild[] = []
  const pids = () => children.filter((child) => child.alive).map((child) => child.pid)
  const pool = createChildPool(lanes, (background) => {
    const child = startMediaChild(background)
    children.push(child)
    return child
  })
  afterAll(() => pool.close())

  test('that hangs is killed and replaced', async () => {
    const hung = run(pool, 'interactive', endless, 500)
    await expect(hung).rejects.toMatchObject({ reason: 'timeout' })
    expect(pids()).toEqual([])
    await expect(run(pool, 'interactive', quick, 30_000)).resolves.toMatchObject({ code: 0 })
  })

  test('that dies at work or at rest is replaced', async () => {
    const lost = run(pool, 'interactive', endless, 60_000)
    await until(() => pids().length === 1)
    const [first] = pids()
    process.kill(first!, 'SIGKILL')
    // It may have been killed for lack of memory, so another one has a try, and then no more.
    await until(() => pids().some((pid) => pid !== first))
    process.kill(pids().find((pid) => pid !== first)!, 'SIGKILL')
    await expect(lost).rejects.toBeInstanceOf(ChildLost)

    await run(pool, 'interactive', quick, 30_000)
    const [resting] = pids()
    process.kill(resting!, 'SIGKILL')
    await until(() => pids().length === 0)
    await expect(run(pool, 'interactive', quick, 30_000)).resolves.toMatchObject({ code: 0 })
    expect(pids()).not.toContain(resting)
  })

  test('that wrote out of its bounds is replaced', async () => {
    // This build's VP9 encoder does so.
    const args = [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x64:d=1',
      '-c:v',
      'libvpx-vp9',
      '-f',
      'webm',
      '-',
    ]
    const crash = run(pool, 'interactive', args, 30_000)
    await expect(crash).rejects.toMatchObject({ reason: 'crash' })
    await expect(run(pool, 'interactive', quick, 30_000)).resolves.toMatchObject({ code: 0 })
  })

  test('does not outlive its server', async () => {
    const script = join(temporary(), 'server.ts')
    const module = join(import.meta.dir, '../../src/media/embedded/child-process.ts')
    writeFileSync(
      script,
      `import { startMediaChild } from ${JSON.stringify(module)}
       const child = startMediaChild(false)
       void child.runProgram(${JSON.stringify(program(endless))}, 60_000)
       console.log(child.pid)
       setInterval(() => {}, 1000)`,
    )
    const server = Bun.spawn([process.execPath, script], { stdout: 'pipe', stderr: 'ignore' })
    const { value: line } = await server.stdout.getReader().read()
    const pid = Number(new TextDecoder().decode(line))
    expect(isRunning(pid)).toBe(true)
    server.kill('SIGKILL')
    await until(() => !isRunning(pid))
  })
})

test('the queue is bounded, and background work does not hold up the rest', async () => {
  const pool = createChildPool(lanes)
  const ended = Promise.allSettled([
    run(pool, 'background', endless, 60_000),
    run(pool, 'background', endless, 60_000),
  ])
  const third = run(pool, 'background', endless, 60_000)
  await expect(third).rejects.toMatchObject({ code: 'busy' })
  await expect(run(pool, 'interactive', quick, 30_000)).resolves.toMatchObject({ code: 0 })
  pool.close()
  // Both the one at work and the one in the queue hear of it.
  for (const { status, ...rest } of await ended) {
    expect(status).toBe('rejected')
    expect(rest).toMatchObject({ reason: { code: 'unavailable' } })
  }
})

describe.each(engines)('engine %s', (name, here) => {
  const start = (): Promise<Ffmpeg> =>
    name === 'embedded'
      ? Promise.resolve(createEmbeddedFfmpeg(createChildPool(lanes)))
      : createNativeFfmpeg(name, lanes, createMemoryGuard(1 << 30))
  const job = { lane: 'background', input: '/dev/null', outputs: [] } as const

  test.skipIf(!here)('a job that takes too long is killed, and the next one runs', async () => {
    const engine = await start()
    const slow: FfmpegJob = { ...job, args: () => endless, timeoutMs: 500 }
    await expect(engine.run(slow)).rejects.toMatchObject({ kind: 'timeout' })
    const next: FfmpegJob = { ...job, args: () => quick, timeoutMs: 30_000 }
    await expect(engine.run(next)).resolves.toMatchObject({ code: 0 })
    engine.close()
  })

  test.skipIf(!here)('closing rejects the work under way', async () => {
    const engine = await start()
    const started = join(temporary(), 'started')
    const running = engine.run({
      ...job,
      outputs: [started],
      args: (_, [output = '']) => [
        ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=640x360'],
        ...['-frames:v', '1', '-f', 'rawvideo', output, '-f', 'null', '-'],
      ],
      timeoutMs: 60_000,
    })
    await until(() => existsSync(started))
    engine.close()
    await expect(running).rejects.toMatchObject({ code: 'unavailable' })
  })

  const mutations = process.env.DOUYIN_TEST_LONG ? 1000 : 100
  test.skipIf(!here)(
    `${mutations} mutations end in a video or in a refusal`,
    async () => {
      const media = await createMedia({ ...limits, ffmpeg: name })
      const originals = await Promise.all(
        (['h264', 'moov-last', 'mkv', 'avi', 'hevc', 'mpegts', 'av1'] as const).map(clip),
      )
      const outcomes: Record<string, number> = {}
      const one = async (seed: number): Promise<void> => {
        const random = generator(seed)
        const folder = temporary()
        const [path, target] = [join(folder, 'upload'), join(folder, 'out')]
        writeFileSync(path, mutate(readFileSync(originals[seed % originals.length]!), random))
        let outcome = 'playable'
        try {
          const inspection = await media.inspect(path)
          await media.cover(path, inspection, `${target}.jpg`)
          await media.render(path, inspection, `${target}.mp4`)
        } catch (error) {
          outcome = (error as { code?: string }).code ?? `seed ${seed}: ${error}`
          expect(await Bun.file(`${target}.mp4`).exists()).toBe(false)
        }
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        rmSync(folder, { recursive: true })
      }
      const seeds = Array.from({ length: mutations }, (_, i) => i)
      const worker = async () => {
        for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) await one(seed)
      }
      await Promise.all([worker(), worker()])
      await media.close()
      if (process.env.DOUYIN_TEST_LONG) console.log(name, outcomes)

      const known = [
        'playable',
        'not_a_video',
        'photo',
        'sound_only',
        'video_protected',
        'video_damaged',
      ]
      const limited = [
        'codec_unsupported',
        'sound_unsupported',
        'video_too_long',
        'video_too_big',
        'video_too_fast',
      ]
      expect(
        Object.keys(outcomes).filter((code) => ![...known, ...limited].includes(code)),
      ).toEqual([])
      // Otherwise the mutations are too coarse to get past the first check, or do nothing.
      expect(outcomes.playable).toBeGreaterThan(0)
      expect(outcomes.video_damaged).toBeGreaterThan(0)
    },
    900_000,
  )

  const disk = here ? smallDisk() : null
  afterAll(() => disk?.unmount())
  test.skipIf(!disk)('a full disk is told as such, and leaves nothing', async () => {
    const media = await createMedia({ ...limits, ffmpeg: name })
    const path = await clip('moov-last')
    const inspection = await media.inspect(path)
    const target = join(disk!.path, 'out')
    // Room for less and less of the result: it fails in the data, in the index, in the cover.
    for (const room of [60_000, 20_000, 0]) {
      fill(disk!.path, room)
      await expect(media.render(path, inspection, target)).rejects.toMatchObject({
        code: 'storage_full',
      })
      expect(await Array.fromAsync(new Bun.Glob('*').scan(disk!.path))).toEqual(['filling'])
    }
    const cover = media.cover(path, inspection, target)
    await expect(cover).rejects.toMatchObject({ code: 'storage_full' })
    expect(await Array.fromAsync(new Bun.Glob('*').scan(disk!.path))).toEqual(['filling'])
    rmSync(join(disk!.path, 'filling'))
    await expect(media.render(path, inspection, target)).resolves.toMatchObject({ width: 320 })
    await media.close()
  })
})

/** Changes, drops, doubles or swaps some bytes; mostly near the ends, where the structure is. */
function mutate(original: Buffer, random: () => number): Buffer {
  let bytes = original
  const place = () => {
    const share = random() ** 3
    return Math.floor((random() < 0.5 ? share : 1 - share) * (bytes.length - 1))
  }
  for (let times = 1 + random() * 3; times > 0; times--) {
    const [at, length] = [place(), Math.floor(random() * 64)]
    const kind = Math.floor(random() * 5)
    if (kind === 0) bytes[at] = random() * 256
    else if (kind === 1) bytes.writeUInt32BE(random() * 2 ** 32, Math.min(at, bytes.length - 4))
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    else if (kind === 3) bytes.copy(bytes, at, place(), place() + length)
    else bytes.subarray(at, at + length).fill(random() < 0.5 ? 0 : 0xff)
  }
  return bytes
}

/** Mulberry32: the same numbers for the same seed, so that a failure can be had again. */
function generator(seed: number): () => number {
  let state = seed * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A disk of 256 KB, where this user may mount one. */
function smallDisk(): { path: string; unmount(): void } | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const path = join(temporary(), 'disk')
  mkdirSync(path)
  const mount = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path])
  if (mount.exitCode !== 0) return null
  return { path, unmount: () => void Bun.spawnSync(['umount', '-l', path]) }
}

/** Leaves `room` bytes on a small disk. */
function fill(path: string, room: number): void {
  const filling = join(path, 'filling')
  rmSync(filling, { force: true })
  const { bavail, bsize } = statfsSync(path)
  writeFileSync(filling, Buffer.alloc(Math.max(0, bavail * bsize - room)))
}
