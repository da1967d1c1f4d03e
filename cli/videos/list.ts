import type { Command } from 'commander'
import { formatSize } from '../../src/lib/units.ts'
import type { MediaState } from '../../src/store/media.ts'
import type { Work } from '../../src/store/video.ts'
import { openExisting } from '../lib/open.ts'
import { note, print, printJson } from '../lib/output.ts'
import { type Column, table } from '../lib/table.ts'
import { formatTime } from '../lib/text.ts'
import { videoJson } from './json.ts'

/** `douyin videos list`. */
export async function listVideos(
  options: { state?: MediaState; limit: number; json?: true },
  command: Command,
): Promise<void> {
  const { state = null } = options
  const limit = options.limit || Number.MAX_SAFE_INTEGER - 1
  await using store = openExisting(command)
  // One more than asked for, to know whether there are more.
  const found = await store.videos.list({ state, limit: limit + 1 })
  const shown = found.slice(0, limit)
  if (options.json) return printJson(shown.map(videoJson))
  if (shown.length === 0) return note(none(state))
  const isDelayed = shown.some(({ job }) => job?.reason)
  print(table(isDelayed ? [...columns, ...delayColumns] : columns, shown))
  if (found.length > limit) note(`The newest ${limit}; --limit 0 shows all.`)
}

function none(state: MediaState | null): string {
  if (state === null) return 'No videos yet.'
  return state === 'failed' ? 'No video has failed.' : `No video is ${state}.`
}

const columns: readonly Column<Work>[] = [
  { title: 'ID', align: 'right', text: ({ video }) => String(video.id) },
  { title: 'STATE', text: ({ media }) => media.state },
  { title: 'TITLE', width: 32, text: ({ video }) => video.title },
  { title: 'AUTHOR', width: 16, text: ({ author }) => author.name },
  { title: 'SOURCE', text: ({ media }) => media.codec },
  { title: 'SIZE', align: 'right', text: ({ media }) => formatSize(media.size) },
  { title: 'DURATION', align: 'right', text: ({ media }) => clock(media.duration) },
  { title: 'LIKES', align: 'right', text: ({ video }) => video.favoriteCount.toLocaleString('en') },
  {
    title: 'PUBLISHED',
    text: ({ video }) => (video.publishedAt === null ? '' : formatTime(video.publishedAt)),
  },
]

const delayColumns: readonly Column<Work>[] = [
  { title: 'NEXT TRY', text: ({ job }) => (job?.reason ? nextTryOf(job) : '') },
  { title: 'REASON', width: 60, text: ({ job }) => job?.reason ?? '' },
]

/** When a delayed job is tried again. */
export const nextTryOf = ({ nextAt }: NonNullable<Work['job']>): string =>
  nextAt === null ? 'when asked for' : formatTime(nextAt)

/** `1:05`, or `0:00.4` of what is shorter than a second. */
export function clock(seconds: number): string {
  if (seconds < 1) return `0:0${seconds.toFixed(1)}`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
