import { join } from 'node:path'
import { run } from '../../spawn.ts'
import { temporary } from '../clips.ts'
import { makeClip } from '../make.ts'
import { sounds } from './encoders.ts'
import type { Variant } from './variants.ts'

/** Seconds at which the picture flashes and the sound begins to beep, for a fifth of a second. */
export const flashes = [1, 2] as const

export const seconds = 3

const within = flashes.map((at) => `between(t,${at - 0.0005},${at + 0.1995})`).join('+')

/** Red in the left upper quarter, and white as a whole when it flashes. */
const marks = [
  'drawbox=w=iw/2:h=ih/2:color=red:t=fill',
  `drawbox=color=white:t=fill:enable='${within}'`,
]

/** Makes a file of the set; `native` is an ffmpeg for what the embedded one can't encode. */
export async function makeVariant(variant: Variant, native: string | null): Promise<string> {
  const { video, sound, size, rate, filter, args, soundArgs, format } = variant
  const picture = [`testsrc2=s=${size}:r=${rate}:d=${seconds}`, ...marks, filter, video.filter]
  const beep = `aevalsrc='0.7*sin(2*PI*1000*t)*min(1,${within})|0.7*sin(2*PI*1000*t)*min(1,${within})':c=stereo:s=48000:d=${seconds}`
  const silent = sound === 'none'
  const all = [
    ...['-f', 'lavfi', '-i', picture.filter(Boolean).join(',')],
    ...(silent ? [] : [...soundArgs, '-f', 'lavfi', '-i', beep]),
    ...video.args,
    ...(silent ? [] : (sounds[sound] ?? [])),
    ...args,
  ]
  // Of pictures as large as this the embedded one makes two a second.
  const large = size.split('x').every((side) => Number(side) > 1400)
  if (!video.native && !(large && native)) {
    const made = await makeClip(format, all)
    const turn = ['-i', '/media/input', '-c', 'copy', '-metadata:s:v', `rotate=${variant.rotate}`]
    return variant.rotate === '0' ? made : makeClip(format, turn, made)
  }
  if (!native) throw new Error(`${variant.name} needs a native ffmpeg`)
  const path = join(temporary(), 'clip')
  const { code, stderr } = await run([native, '-v', 'error', '-y', ...all, '-f', format, path])
  if (code !== 0) throw new Error(stderr)
  return path
}
