import { AppError } from '../errors.ts'
import { createQueue } from '../lib/queue.ts'
import { decodesVideo } from './codecs.ts'
import type { Engine, Job, Lanes, Outcome } from './engine.ts'

/** Milliseconds for the questions at the start. */
const ASK_TIMEOUT = 10_000

/**
 * A native ffmpeg as the engine, tried out first: it has to encode H.264 and AAC with the options
 * that are used here (ffmpeg 5.1 or newer).
 * @throws Error with a sentence for the operator if it can't be used
 */
export async function createNativeEngine(program: string, lanes: Lanes): Promise<Engine> {
  const { decoders, tonemaps } = await tryOut(program)
  const queues = {
    interactive: createQueue(lanes.interactive),
    background: createQueue(lanes.background),
  }
  const running = new Set<Bun.Subprocess>()
  let closed = false
  return {
    name: program,
    tonemaps,
    decodes: (codec) => decodesVideo(codec, decoders),
    run: (job) =>
      queues[job.lane].run(async () => {
        const outcome = await execute(program, job, running)
        if (closed) throw new AppError('unavailable')
        // It answers 0 when the disk was full while it wrote the trailer.
        if (outcome.log.some((line) => /No space left on device|Disk quota exceeded/.test(line))) {
          throw new AppError('storage_full')
        }
        return outcome
      }),
    async close() {
      closed = true
      for (const queue of Object.values(queues)) queue.close()
      for (const child of running) child.kill('SIGKILL')
    },
  }
}

/** Runs one real encode with the options that matter; answers what else it can do. */
async function tryOut(program: string): Promise<{ decoders: Set<string>; tonemaps: boolean }> {
  const refuse = (reason: string) => new Error(`${program} can't be used as ffmpeg: ${reason}`)
  const ask = async (...args: string[]): Promise<string> => {
    try {
      const child = Bun.spawn([program, '-nostdin', '-hide_banner', ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment,
        timeout: ASK_TIMEOUT,
        killSignal: 'SIGKILL',
      })
      const [out, log] = await Promise.all([child.stdout.text(), child.stderr.text()])
      if ((await child.exited) === 0) return out
      throw new Error(log.trim().split('\n').at(-1) || 'it ended without a word')
    } catch (error) {
      throw refuse(error instanceof Error ? error.message : String(error))
    }
  }
  const [answer, filters] = await Promise.all([
    ask('-decoders'),
    ask('-filters'),
    ask(
      ...['-v', 'error', '-f', 'lavfi', '-i', 'color=s=64x64:d=0.1'],
      ...['-f', 'lavfi', '-i', 'anullsrc=d=0.1', '-shortest', '-fps_mode', 'vfr'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'null', '-'],
    ),
  ])
  const decoders = decodersIn(answer)
  if (!decoders.has('h264')) throw refuse('it names no decoder for H.264')
  return { decoders, tonemaps: / zscale /.test(filters) }
}

/** The video decoders in the answer to `-decoders`. */
const decodersIn = (answer: string): Set<string> =>
  new Set(Array.from(answer.matchAll(/^ V\S+ +(\S+)/gm), ([, name]) => name!))

async function execute(
  program: string,
  { lane, input, outputs, args, timeout }: Job,
  running: Set<Bun.Subprocess>,
): Promise<Outcome> {
  const nice = lane === 'background' && process.platform !== 'win32' ? ['nice', '-n', '10'] : []
  // `file:` so that a path is never read as an address; `-timelimit` is seconds of CPU, which ends
  // it should this process die without killing it.
  const named = args(
    `file:${input}`,
    outputs.map((output) => `file:${output}`),
  )
  const limit = ['-timelimit', `${Math.ceil(timeout / 1000) * 4}`]
  const child = Bun.spawn([...nice, program, ...limit, ...named], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment,
  })
  running.add(child)
  let ended: Outcome['ended'] = 'exit'
  const timer = setTimeout(() => {
    ended = 'timeout'
    child.kill('SIGKILL')
  }, timeout)
  try {
    const log = await lastLines(child.stderr)
    const code = await child.exited
    if (ended === 'exit' && child.signalCode) ended = 'crash'
    return { ended, code: code ?? -1, log }
  } finally {
    clearTimeout(timer)
    running.delete(child)
  }
}

/** It parses what strangers send: it gets none of the server's secrets. */
const environment = {
  PATH: process.env.PATH,
  LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
  SystemRoot: process.env.SystemRoot,
}

const LOG_BYTES = 8192

/** The end of what a program says, however much it says. */
async function lastLines(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    text = (text + decoder.decode(chunk, { stream: true })).slice(-LOG_BYTES)
  }
  return text.split('\n').filter(Boolean)
}
