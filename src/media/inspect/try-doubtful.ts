import type { Ffmpeg } from '../ffmpeg.ts'
import type { Limits } from '../media.ts'
import { inputArgs } from '../render/input-args.ts'
import type { FileInfo, SoundInfo } from './file-info.ts'
import { soundUnsupported } from './plan.ts'

const tryTimeoutMs = 20_000

/**
 * Lets an engine decode a little of the sounds of which the probe doesn't know whether it can, and
 * leaves out those that it can't: FFmpeg decodes xHE-AAC since 7.1 only.
 * @throws AppError sound_unsupported, if no other is left; busy, unavailable
 */
export async function tryDoubtful(
  ffmpeg: Ffmpeg,
  limits: Limits,
  path: string,
  info: FileInfo,
): Promise<FileInfo> {
  const heard: SoundInfo[] = []
  for (const sound of info.sounds) {
    if (!sound.doubtful || (await decodesSome(ffmpeg, limits, path, info, sound))) heard.push(sound)
  }
  if (heard.length === 0 && info.sounds[0]) throw soundUnsupported(info.sounds[0])
  return { ...info, sounds: heard }
}

async function decodesSome(
  ffmpeg: Ffmpeg,
  limits: Limits,
  path: string,
  { container }: FileInfo,
  { stream }: SoundInfo,
): Promise<boolean> {
  const { log } = await ffmpeg.run({
    lane: 'interactive',
    input: path,
    outputs: [],
    args: (input) => [
      ...[
        '-nostdin',
        '-nostats',
        '-hide_banner',
        '-t',
        '2',
        ...inputArgs(limits, container, input),
      ],
      ...['-map', `0:${stream}`, '-f', 'null', '-'],
    ],
    timeoutMs: tryTimeoutMs,
  })
  return log.some((line) => /\baudio:[1-9]/.test(line))
}
