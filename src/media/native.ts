import { AppError } from '../errors.ts'
import { createQueue } from '../lib/turns/queue.ts'
import type { Ffmpeg, FfmpegJob, FfmpegResult, Lanes } from './ffmpeg.ts'
import { guardedSpawn } from './guarded-spawn.ts'
import { lacksMemory, MediaTrouble, tookTooLong, tookTooMuch } from './media.ts'
import type { MemoryGuard } from './memory.ts'
import { type Patience, tryOut } from './try-out.ts'

/**
 * A native ffmpeg, tried out first: it has to encode H.264 and AAC with the options that are used
 * here (ffmpeg 5.1 or newer).
 * @throws Error with a sentence for the operator, if it can't be used
 */
export async function createNativeFfmpeg(
  program: string,
  lanes: Lanes,
  memory: MemoryGuard,
  patience: Patience = {},
): Promise<Ffmpeg> {
  const decoders = await tryOut(program, patience).catch((error) => {
    throw new Error(`${program} can't be used as ffmpeg: ${error.message}`)
  })
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
