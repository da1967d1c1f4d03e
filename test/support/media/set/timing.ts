import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../clips.ts'
import { runEmbedded } from '../run.ts'

/** Seconds at which a file flashes and beeps, as a player shows them. */
export interface Timing {
  readonly flashes: readonly number[]
  readonly beeps: readonly number[]
}

/** Decodes a file and finds where it turns white, and where its sound ends being silent. */
export async function readTiming(path: string, silent: boolean): Promise<Timing> {
  const folder = temporary()
  const [seen, heard] = [join(folder, 'seen'), join(folder, 'heard')]
  const print = (key: string, file: string) => `metadata=print:key=lavfi.${key}:file=/media/${file}`
  const { code, log } = await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', '-y', '-i', '/media/input', '-map', '0:V:0'],
      ...[
        '-vf',
        `scale=16:16:flags=area,format=gray,signalstats,${print('signalstats.YMIN', 'seen')}`,
      ],
      ...['-fps_mode', 'passthrough', '-f', 'null', '-'],
      ...(silent
        ? []
        : [
            ...['-map', '0:a:0', '-af'],
            `silencedetect=n=0.1:d=0.2,a${print('silence_end', 'heard')}`,
            ...['-f', 'null', '-'],
          ]),
    ],
    files: {
      input: { path, write: false },
      seen: { path: seen, write: true },
      ...(silent ? {} : { heard: { path: heard, write: true } }),
    },
  })
  if (code !== 0) throw new Error(log.join('\n'))
  const frames = Array.from(
    readFileSync(seen, 'utf8').matchAll(/pts_time:(\S+)\n\S+=(\S+)/g),
    ([, at, darkest]) => ({ at: Number(at), white: Number(darkest) > 120 }),
  )
  const flashes = frames.filter(({ white }, i) => white && i > 0 && !frames[i - 1]?.white)
  const ends = silent ? '' : readFileSync(heard, 'utf8')
  return {
    flashes: flashes.map(({ at }) => at),
    beeps: Array.from(ends.matchAll(/silence_end=(\S+)/g), ([, at]) => Number(at)),
  }
}
