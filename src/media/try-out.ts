import { statSync } from 'node:fs'
import type { Ffmpeg } from './ffmpeg.ts'
import { guardedSpawn } from './guarded-spawn.ts'

/** How long an answer is waited for. */
export interface Patience {
  /** For each try of a question, in ms. */
  readonly timeoutsMs?: readonly number[]
  /** Ends the tries. */
  readonly signal?: AbortSignal
}

/** A machine that has just started reads a program and its libraries from a cold disk. */
const askTimeoutsMs = [10_000, 60_000]

/**
 * What jobs name (`render/`), what ffmpeg puts in by itself to turn a picture, to end it or to convert
 * sound, and the picture by which `calibrate` measures. The encode below shows the rest.
 */
const neededFilters = [
  ...['select', 'split', 'scale', 'format', 'pad', 'setsar', 'bwdif', 'lut3d', 'setparams'],
  ...['transpose', 'hflip', 'vflip', 'rotate', 'trim', 'atrim', 'aresample', 'testsrc2'],
]

/**
 * Runs one real encode with the options that matter; returns the decoders that an ffmpeg has.
 * @throws Error whose message ends a sentence, if it can't be used
 */
export async function tryOut(
  program: string,
  { timeoutsMs = askTimeoutsMs, signal }: Patience,
): Promise<Ffmpeg['decoders']> {
  const ask = async (...args: string[]): Promise<Answer> => {
    for (const timeoutMs of timeoutsMs) {
      const command = [program, '-nostdin', '-hide_banner', ...args]
      const answer = await answerTo(command, timeoutMs, signal)
      if (answer) return answer
    }
    const seconds = Math.round((timeoutsMs.at(-1) ?? 0) / 1000)
    throw new Error(`it didn't answer in ${seconds} s`)
  }
  const outputOf = async (...args: string[]): Promise<string> => {
    const { code, out, log } = await ask(...args)
    if (code === 0) return out
    throw new Error(log.trim().split('\n').at(-1) || 'it ended without a word')
  }
  const reason = notRunnable(program)
  if (reason !== null) throw new Error(reason)
  // Whatever it answers to the rest, `ls` or a script is none.
  const { code, out } = await ask('-version')
  if (code !== 0 || !out.startsWith('ffmpeg ')) throw new Error('it is no ffmpeg')
  const [listing, filters] = await Promise.all([
    outputOf('-decoders'),
    outputOf('-filters'),
    outputOf(
      ...['-v', 'error', '-f', 'lavfi', '-i', 'color=s=64x64:d=0.1'],
      ...['-f', 'lavfi', '-i', 'anullsrc=d=0.1', '-shortest', '-fps_mode', 'vfr'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'null', '-'],
    ),
  ])
  // `A->A` and the like are behind the name; how many letters are before it depends on the version.
  const names = new Set(
    Array.from(filters.matchAll(/^ *\S+ +(\S+) +\S+->\S+/gm), ([, name = '']) => name),
  )
  const lacking = neededFilters.find((name) => !names.has(name))
  if (lacking) throw new Error(`it lacks the filter ${lacking}`)
  const decoders = new Set(
    Array.from(listing.matchAll(/^ [VA]\S+ +(\S+)/gm), ([, name = '']) => name),
  )
  if (!decoders.has('h264')) throw new Error('it names no decoder for H.264')
  return decoders
}

/** The exit status, null after a crash, and both outputs. */
interface Answer {
  readonly code: number | null
  readonly out: string
  readonly log: string
}

/** Null, if it takes longer. */
async function answerTo(
  command: readonly string[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer | null> {
  const child = guardedSpawn(command, 0)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill()
  }, timeoutMs)
  signal?.addEventListener('abort', child.kill)
  if (signal?.aborted) child.kill()
  const [out, log, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  clearTimeout(timer)
  signal?.removeEventListener('abort', child.kill)
  return isLate ? null : { code, out, log }
}

/** Why the system won't start it, as the end of a sentence; null if it may. */
function notRunnable(program: string): string | null {
  if (Bun.which(program) !== null) return null
  const stats = statSync(program, { throwIfNoEntry: false })
  if (!stats) return 'it is not there'
  return stats.isDirectory() ? 'it is a directory' : 'this user may not run it'
}
