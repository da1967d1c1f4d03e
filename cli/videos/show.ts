import type { Command } from 'commander'
import { formatSize } from '../../src/lib/units.ts'
import type { Work } from '../../src/store/video.ts'
import { Failure } from '../lib/failure.ts'
import { openExisting } from '../lib/open.ts'
import { paint, print, printJson } from '../lib/output.ts'
import { clean, formatTime, plural } from '../lib/text.ts'
import { failureOf, videoJson } from './json.ts'
import { clock, nextTryOf } from './list.ts'

/** `douyin videos show`. @throws Failure if there is no such video */
export async function showVideo(
  id: number,
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  const work = await store.videos.show(id)
  if (!work) throw new Failure(`There is no video ${id}.`)
  if (options.json) printJson(videoJson(work))
  else printWork(work)
}

function printWork(work: Work): void {
  const { video, author, media, job } = work
  print(`${paint.bold(clean(video.title))}  ${paint.dim(`id ${video.id}`)}`)
  print(`by ${clean(author.name)} ${paint.dim(`(id ${author.id})`)}, ${stateOf(work)}`)
  print(
    [
      `${media.width}×${media.height}`,
      clock(media.duration),
      formatSize(media.size),
      `uploaded as ${media.codec}`,
    ].join(' · '),
  )
  const { playCount, favoriteCount, commentCount } = video
  const counts = [plural(playCount, 'view'), plural(favoriteCount, 'like')]
  print([...counts, plural(commentCount, 'comment')].join(' · '))
  if (job?.reason) {
    print(`delayed: ${job.reason}; tries so far: ${job.tries}; next: ${nextTryOf(job)}`)
  }
  const made = media.state === 'ready' ? [media.video] : []
  print(`files  ${[...(media.source === null ? made : [media.source]), media.cover].join('  ')}`)
}

function stateOf({ video, media, job }: Work): string {
  if (media.state === 'failed') return `${paint.red('failed')}: ${failureOf(media)}`
  if (video.publishedAt !== null) return `published ${formatTime(video.publishedAt)}`
  if (job?.reason && !job.running) return paint.yellow('delayed')
  return media.state === 'queued' ? 'waiting to be transcoded' : 'being transcoded'
}
