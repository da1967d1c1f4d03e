import { rm, stat } from 'node:fs/promises'
import { AppError } from '../../../errors.ts'
import { type Ffmpeg, type Lane, otherSampling, type Packets } from '../../ffmpeg.ts'
import { dav1dDecoder } from '../../inspect/codecs.ts'
import type { FileInfo, VideoInfo } from '../../inspect/file-info.ts'
import type { Limits } from '../../media.ts'
import { inputArgs } from '../input-args.ts'
import { decoderBytes } from '../needed-memory.ts'

/** All packets, the first one, those of keyframes, or those of so many seconds. */
export type Which = 'all' | 'first' | 'keyframes' | number

interface CopyJob {
  readonly ffmpeg: Ffmpeg
  readonly limits: Pick<Limits, 'maxPixels'>
  readonly lane: Lane
  readonly path: string
  readonly info: FileInfo
  /** Where the packets are put until the disposal of what is returned. */
  readonly target: string
  readonly which: Which
  /** As many pictures are wanted of them at most; null: all. */
  readonly most: number | null
  readonly maxBytes: number
  readonly timeoutMs: number
}

interface OpenPackets extends AsyncDisposable {
  /** Null, if the engine's ffmpeg decodes the picture itself. */
  readonly packets: Packets | null
  /** `cut`: where they would have had more bytes than they may. */
  readonly state: 'whole' | 'cut' | 'broken'
  readonly cpuMs: number
}

/**
 * Copies the packets of a picture for which the embedded ffmpeg has no decoder to a file of their own:
 * the child that runs it decodes them with another one as ffmpeg reads that file. Their times stay as
 * they are, those from before the start too.
 * @throws AppError busy, storage_full, unavailable; MediaTrouble
 */
export async function openPackets(job: CopyJob): Promise<OpenPackets> {
  const { ffmpeg, limits, lane, path, info, target, which, most, maxBytes, timeoutMs } = job
  const { av1, stream } = info.video
  const remove = () => rm(target, { force: true })
  if (!av1 || !isApart(ffmpeg, info.video)) return { ...nothing, async [Symbol.asyncDispose]() {} }
  try {
    const { code, cpuMs } = await ffmpeg.run({
      lane,
      input: path,
      outputs: [target],
      args: (input, outputs) => [
        ...['-v', 'error', '-nostdin', '-y', ...inputArgs(limits, info.container, input)],
        ...['-map', `0:${stream}`, '-c', 'copy', '-avoid_negative_ts', 'disabled'],
        ...(which === 'first' ? ['-frames:v', '1'] : []),
        ...(which === 'keyframes' ? ['-bsf:v', 'noise=drop=not(key)'] : []),
        ...(typeof which === 'number' ? ['-t', `${which}`] : []),
        ...['-fs', `${maxBytes}`, '-f', 'ivf', ...outputs],
      ],
      timeoutMs,
    })
    const { width, height, config, fullRange } = av1
    const decoding = { width, height, config, black: fullRange ? 0 : 16, most }
    return {
      packets: {
        path: target,
        decoding: { ...decoding, maxBytes: decoderBytes(limits.maxPixels) },
      },
      state: code !== 0 ? 'broken' : await stateOf(target, maxBytes),
      cpuMs,
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** What a copy of a file of so many bytes may have: an index of its own, and headers of its packets. */
export const copyCeiling = (size: number): number => Math.ceil(size * 1.25) + (4 << 20)

const nothing = { packets: null, state: 'whole', cpuMs: 0 } as const

/** ffmpeg ends before a packet that would be too much, without a word. */
const stateOf = async (path: string, maxBytes: number) =>
  (await stat(path)).size < maxBytes * 0.98 ? 'whole' : 'cut'

/** What the decoder says of pictures that it isn't made for, whatever the container said of them. */
export function refusalIn(log: readonly string[]): AppError | null {
  const depth = log.map((line) => /without support for (\d+-bit)/.exec(line)?.[1]).find(Boolean)
  if (depth) return new AppError('codec_unsupported', { codec: `AV1 ${depth}` })
  const isOther = log.some((line) => line.includes(otherSampling))
  return isOther ? new AppError('codec_unsupported', { codec: 'AV1 (≠ 4:2:0)' }) : null
}

/** Whether an engine decodes a picture outside its ffmpeg. */
export const isApart = ({ decoders }: Ffmpeg, { codec }: VideoInfo): boolean =>
  codec === 'av1' && decoders.has(dav1dDecoder)

/** The decoded picture as an input, whose times are as they are in the file. */
export const pictureInput = (limits: Pick<Limits, 'maxPixels'>, packets: string): string[] => [
  ...['-seek_timestamp', '1', ...inputArgs(limits, 'ivf', packets)],
]
