import type { Ffmpeg } from '../ffmpeg.ts'
import { MediaTrouble } from '../media.ts'

/** Pixels and frames of what is encoded: half a second for a slow engine. */
const [width, height, frames] = [640, 360, 30]

/** The best of them counts. */
const runs = 3

const timeoutMs = 60_000

/**
 * Measures how much work (pixels × frames, decoded) an engine does in a second of a processor, by a
 * short encode: what else the machine does at the time makes no difference. In the lane that no
 * transcode takes, since somebody's upload waits for it.
 */
export async function calibrate(ffmpeg: Ffmpeg): Promise<number> {
  const draw = `testsrc2=s=${width}x${height}:r=30:d=${frames / 30}`
  const encode = () =>
    ffmpeg.run({
      lane: 'interactive',
      input: '',
      outputs: [],
      args: () => [
        ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', draw, '-frames:v', `${frames}`],
        ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-f', 'null', '-'],
      ],
      timeoutMs,
    })
  // The first time WebAssembly is still being compiled, and any time something may come between.
  let bestMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < runs; i++) {
    const { code, cpuMs } = await encode()
    if (code !== 0) throw new MediaTrouble('crash', 'ffmpeg could not encode a test picture')
    bestMs = Math.min(bestMs, Math.max(1, cpuMs))
  }
  // Encoding counts twice, and drawing the picture is cheaper than decoding one.
  return (width * height * frames * 2) / (bestMs / 1000)
}
