import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { temporary } from '../clips.ts'
import { readPicture } from '../inspect.ts'
import { runEmbedded } from '../run.ts'
import { flashes } from './make-variant.ts'
import { play } from './play.ts'
import { readTiming } from './timing.ts'
import type { Variant } from './variants.ts'

/** Seconds by which sound and picture may be shifted against each other: a packet of AAC. */
const maxShift = 0.021

/** Everything that is wrong with what was made of a file: what a player needs, shows and plays. */
export async function faultsOf(
  variant: Variant,
  source: string,
  work: { play_url: string; cover_url: string },
  page: Page,
): Promise<string[]> {
  const [video, cover] = [join(temporary(), 'video.mp4'), join(temporary(), 'cover.jpg')]
  await Bun.write(video, await fetch(work.play_url))
  await Bun.write(cover, await fetch(work.cover_url))
  return [
    ...(await structureFaults(variant, video)),
    ...(await timingFaults(variant, source, video)),
    ...(await playFaults(variant, work.play_url, page)),
    ...(await coverFaults(variant, cover)),
  ]
}

async function structureFaults({ sound, replaced }: Variant, path: string): Promise<string[]> {
  const faults: string[] = []
  const { output } = await runEmbedded({
    name: 'ffprobe',
    args: ['-v', 'error', '-show_streams', '-of', 'json', '/media/input'],
    files: { input: { path, write: false } },
  })
  const { streams } = JSON.parse(output) as { streams: Record<string, string | number>[] }
  const kinds = streams.map((stream) => `${stream.codec_type}`).sort()
  const expected = sound === 'none' ? 'video' : 'audio video'
  if (kinds.join(' ') !== expected) faults.push(`tracks: ${kinds.join(' ')}`)
  for (const stream of streams) {
    const { codec_name: codec, profile, pix_fmt: pixels, level } = stream
    if (stream.codec_type === 'video') {
      if (codec !== 'h264' || !/^yuvj?420p$/.test(`${pixels}`)) faults.push(`${codec} ${pixels}`)
      if (Number(level) > 42 && !replaced) faults.push(`level ${level}`)
    } else if (codec !== 'aac' || profile !== 'LC') faults.push(`${codec} ${profile}`)
  }
  const bytes = Buffer.from(await Bun.file(path).bytes())
  const at = (box: string) => bytes.indexOf(box, 0, 'latin1')
  if (!(at('moov') > 0 && at('moov') < at('mdat'))) faults.push('moov behind mdat')
  return faults
}

async function timingFaults(variant: Variant, source: string, path: string): Promise<string[]> {
  if (variant.untimed) return []
  const silent = variant.sound === 'none'
  const meant = { flashes, beeps: flashes }
  const before = variant.video.unmeasured ? meant : await readTiming(source, silent)
  const after = await readTiming(path, silent)
  const text = `${JSON.stringify(before)} became ${JSON.stringify(after)}`
  if (after.flashes.length !== 2 || (!silent && after.beeps.length !== 2)) return [`lost: ${text}`]
  const shifted = after.flashes.some((_, i) => {
    const shift = (timing: typeof after) => (timing.beeps[i] ?? 0) - (timing.flashes[i] ?? 0)
    return !silent && Math.abs(shift(after) - shift(before)) > maxShift
  })
  return shifted ? [`out of step: ${text}`] : []
}

async function playFaults(variant: Variant, url: string, page: Page): Promise<string[]> {
  const { fault, width, height, duration, sound, frames, red } = await play(page, url)
  if (fault) return [`played: ${fault}`]
  const faults: string[] = []
  const [shownWidth, shownHeight] = variant.shown
  const shape = Math.abs(Math.log((width / height) * (shownHeight / shownWidth)))
  const whole = Math.max(Math.abs(width - shownWidth), Math.abs(height - shownHeight)) < 2
  if (!whole && !(Math.min(width, height) >= 700 && shape < 0.01)) {
    faults.push(`${width}×${height} instead of ${shownWidth}×${shownHeight}`)
  }
  if (!(duration > 2.5 && duration < 4)) faults.push(`${duration} s`)
  if (!(frames > 0)) faults.push('no frames')
  if (variant.sound !== 'none' && !(sound > 0)) faults.push('no sound decoded')
  if (red !== variant.red) faults.push(`played with red ${red}`)
  return faults
}

async function coverFaults(variant: Variant, path: string): Promise<string[]> {
  const { red, aspect, brightness } = await readPicture(path)
  const [width, height] = variant.shown
  const faults: string[] = []
  if (red !== variant.red) faults.push(`cover with red ${red}`)
  if (Math.abs(Math.log((aspect * height) / width)) > 0.1) faults.push(`cover of ${aspect}`)
  if (brightness < 20 || brightness > 235) faults.push(`cover as bright as ${brightness}`)
  return faults
}
