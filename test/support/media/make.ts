import { join } from 'node:path'
import { temporary } from './clips.ts'
import { runEmbedded } from './run.ts'

/**
 * Makes a clip with the embedded ffmpeg: `args` are what it is told before the name of the output,
 * whose format is `format`. `from` is read as the file `/media/input`.
 */
export async function makeClip(
  format: string,
  args: readonly string[],
  from?: string,
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
