import { statSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { createQueue } from '../lib/turns/queue.ts'
import type { Ffmpeg, FfmpegJob, FfmpegResult, Lanes } from './ffmpeg.ts'
import { guardedSpawn } from './guarded-spawn.ts'
import { lacksMemory, MediaTrouble, tookTooLong, tookTooMuch } from './media.ts'
import type { MemoryGuard } from './memory.ts'

/** For each question at the start. */
const askTimeoutMs = 10_000

/**
 * A native ffmpeg, tried out first: it has to encode H.264 and AAC with the options that are used
 * here (ffmpeg 5.1 or newer).
 * @throws Error with a sentence for the operator, if it can't be used
 */
export async function createNativeFfmpeg(
  program: string,
  lanes: Lanes,
  memory: MemoryGuard,
): Promise<Ffmpeg> {
  const decoders = await tryOut(program)
  const queues = {
    interactive: createQueue(lanes.interactive),
    background: createQueue(lanes.background),
  }
  const stop = new AbortController()
  return {
    kind: 'native',
    decoders,
    run: (job) =>
      queues[job.lane].run(async () => {
        const result = await execute(program, job, stop.signal, memory)
        // The exit status is 0 even if the disk was full while it wrote the trailer.
        if (result.log.some((line) => /No space left on device|Disk quota exceeded/.test(line))) {
          throw new AppError('storage_full')
        }
        if (result.code !== 0 && lacksMemory(result.log)) throw tookTooMuch()
        return result
      }),
    close() {
      for (const queue of Object.values(queues)) queue.close()
      stop.abort()
    },
  }
}

/** Runs one real encode with the options that matter; returns the video decoders that it has. */
async function tryOut(program: string): Promise<Ffmpeg['decoders']> {
  const refuse = (reason: string) => new Error(`${program} can't be used as ffmpeg: ${reason}`)
  const ask = async (...args: string[]): Promise<string> => {
    try {
      const child = guardedSpawn([program, '-nostdin', '-hide_banner', ...args], 0)
      const timer = setTimeout(child.kill, askTimeoutMs)
      const [out, log] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ])
      const code = await child.exited
      clearTimeout(timer)
      if (code === 0) return out
      throw new Error(log.trim().split('\n').at(-1) || 'it ended without a word')
    } catch (error) {
      throw refuse(error instanceof Error ? error.message : String(error))
    }
  }
  const reason = notRunnable(program)
  if (reason !== null) throw refuse(reason)
  // Whatever it answers to the rest, `ls` or a script is none.
  if (!(await ask('-version').catch(() => '')).startsWith('ffmpeg '))
    throw refuse('it is no ffmpeg')
  const [listing] = await Promise.all([
    ask('-decoders'),
    ask(
      ...['-v', 'error', '-f', 'lavfi', '-i', 'color=s=64x64:d=0.1'],
      ...['-f', 'lavfi', '-i', 'anullsrc=d=0.1', '-shortest', '-fps_mode', 'vfr'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'null', '-'],
    ),
  ])
  const decoders = new Set(
    Array.from(listing.matchAll(/^ [VA]\S+ +(\S+)/gm), ([, name = '']) => name),
  )
  if (!decoders.has('h264')) throw refuse('it names no decoder for H.264')
  return decoders
}

/** Why the system won't start it, as the end of a sentence; null if it may. */
function notRunnable(program: string): string | null {
  if (Bun.which(program) !== null) return null
  const stats = statSync(program, { throwIfNoEntry: false })
  if (!stats) return 'it is not there'
  return stats.isDirectory() ? 'it is a directory' : 'this user may not run it'
}

async function execute(
  program: string,
  { lane, input, tables = [], outputs, args, timeoutMs }: FfmpegJob,
  signal: AbortSignal,
  memory: MemoryGuard,
): Promise<FfmpegResult> {
  // With `file:` a path is never read as a URL.
  const named = args(
    `file:${input}`,
    outputs.map((output) => `file:${output}`),
    tables,
    '',
  )
  const child = guardedSpawn([program, ...named], lane === 'background' ? 10 : 0)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill()
  }, timeoutMs)
  let isLarge = false
  const unwatch = memory.watch(child.pid, () => {
    isLarge = true
    child.kill()
  })
  signal.addEventListener('abort', child.kill)
  try {
    if (signal.aborted) child.kill()
    // Nothing is expected on its standard output, which must not fill up.
    const [log] = await Promise.all([lastLines(child.stderr), lastLines(child.stdout)])
    const code = await child.exited
    if (signal.aborted) throw new AppError('unavailable')
    if (isLarge) throw tookTooMuch()
    if (isLate) throw tookTooLong(timeoutMs)
    return { code: assertEnded(program, code, log), log, cpuMs: child.cpuMs() }
  } finally {
    clearTimeout(timer)
    unwatch()
    signal.removeEventListener('abort', child.kill)
  }
}

/** The status of a shell that finds no such program, or may not run it. */
const noProgram = [126, 127]

/** @throws MediaTrouble, if the program did not end by itself */
function assertEnded(program: string, code: number | null, log: readonly string[]): number {
  if (code === null) throw new MediaTrouble('crash', 'ffmpeg crashed or was killed')
  if (noProgram.includes(code)) throw new MediaTrouble('engine', `${program} can't be run`)
  // Asked to end, it ends as if it had failed.
  if (code === 255 && log.some((line) => /received signal/.test(line))) {
    throw new MediaTrouble('crash', 'ffmpeg was told to end')
  }
  return code
}

const maxLogLength = 8192

/** The end of what a program prints, however much it prints. */
async function lastLines(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    text = (text + decoder.decode(chunk, { stream: true })).slice(-maxLogLength)
  }
  return text.split('\n').filter(Boolean)
}
