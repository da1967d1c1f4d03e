import type { Ffmpeg } from '../ffmpeg.ts'
import { MediaTrouble } from '../media.ts'

/** Pixels and frames of what is encoded: half a second for a slow engine. */
const [width, height, frames] = [640, 360, 30]

const timeoutMs = 60_000

/**
 * Measures how much work (pixels × frames, decoded) an engine does in a second of a processor, by a
 * short encode: what else the machine does at the time makes no difference. In the lane that no
 * transcode takes, since somebody's upload waits for it.
 */
export async function calibrate(ffmpeg: Ffmpeg): Promise<number> {
  const draw = `testsrc2=s=${width}x${height}:r=30:d=${frames / 30}`
  const encode = (count: number) =>
    ffmpeg.run({
      lane: 'interactive',
      input: '',
      outputs: [],
      args: () => [
        ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', draw, '-frames:v', `${count}`],
        ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-f', 'null', '-'],
      ],
      timeoutMs,
    })
  // Once for what happens only once: a child starts, WebAssembly is compiled.
  await encode(1)
  const { code, cpuMs } = await encode(frames)
  if (code !== 0) throw new MediaTrouble('crash', 'ffmpeg could not encode a test picture')
  // Encoding counts twice, and drawing the picture is cheaper than decoding one.
  return (width * height * frames * 2) / (Math.max(1, cpuMs) / 1000)
}
