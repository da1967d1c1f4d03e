import { join } from 'node:path'
import { temporary } from './clips.ts'
import { runEmbedded } from './run.ts'

/**
 * Makes a clip with the embedded ffmpeg: `args` are what it is told before the name of the output,
 * whose format is `format`. `from` is read as the file `/media/input`. Asked for again, it is the same
 * file: making one takes as long as what is tested with it, and most are tested with both engines.
 */
export function makeClip(format: string, args: readonly string[], from?: string): Promise<string> {
  const key = JSON.stringify([format, args, from])
  const clip = made.get(key) ?? make(format, args, from)
  made.set(key, clip)
  return clip
}

const made = new Map<string, Promise<string>>()

async function make(
  format: string,
  args: readonly string[],
  from: string | undefined,
): Promise<string> {
  const path = join(temporary(), 'clip')
  const { code, log } = await runEmbedded({
    name: 'ffmpeg',
    args: [
      '-v',
      'error',
      '-y',
      '-bitexact',
      '-threads',
      '1',
      ...args,
      '-f',
      format,
      '/media/output',
    ],
    files: {
      ...(from ? { input: { path: from, write: false } } : {}),
      output: { path, write: true },
    },
  })
  if (code !== 0) throw new Error(`no clip by ${args.join(' ')}: ${log.join('\n')}`)
  return path
}
