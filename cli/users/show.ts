import type { Command } from 'commander'
import type { Store } from '../../src/store/store.ts'
import type { User } from '../../src/store/user.ts'
import type { Clip } from '../../src/store/video.ts'
import { openExisting } from '../lib/open.ts'
import { note, paint, print, printJson } from '../lib/output.ts'
import { type Column, table } from '../lib/table.ts'
import { clean, formatTime, isoTime, plural } from '../lib/text.ts'
import { findUser } from './find.ts'
import { userJson } from './json.ts'
import { sessionColumns, sessionJson } from './sessions.ts'

/** Videos and conversations shown. */
const maxShown = 20

type Profile = Awaited<ReturnType<typeof profileOf>>

/** `douyin users show`. */
export async function showUser(
  who: string,
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  const profile = await profileOf(store, who)
  if (options.json) printJson(profileJson(profile))
  else printProfile(profile)
}

async function profileOf(store: Store, who: string) {
  const user = await findUser(store, who)
  const [videos, sessions, partners] = await Promise.all([
    store.videos.byAuthor(user.id, true, { cursor: null, limit: maxShown }),
    store.sessions.ofUser(user.id),
    store.messages.partners(user.id, maxShown),
  ])
  // Of a conversation the time of the newest message, never its text.
  const times = partners.map(({ user, latest }) => ({ user, at: latest.createdAt }))
  return { user, videos: videos.items, sessions, partners: times }
}

function profileJson({ user, videos, sessions, partners }: Profile) {
  return {
    ...userJson(user),
    videos: videos.map(({ video }) => ({
      id: video.id,
      title: video.title,
      favorite_count: video.favoriteCount,
      comment_count: video.commentCount,
      state: video.state,
      published_at: video.publishedAt === null ? null : isoTime(video.publishedAt),
    })),
    sessions: sessions.map(sessionJson),
    partners: partners.map(({ user, at }) => ({
      id: user.id,
      name: user.name,
      last_message_at: isoTime(at),
    })),
  }
}

function printProfile({ user, videos, sessions, partners }: Profile): void {
  print(`${paint.bold(clean(user.name))}  ${paint.dim(`id ${user.id}`)}`)
  if (user.signature !== '') print(clean(user.signature))
  print(
    [
      plural(user.workCount, 'video'),
      plural(user.totalFavorited, 'like'),
      plural(user.followerCount, 'follower'),
      `follows ${user.followCount.toLocaleString('en')}`,
      `likes ${plural(user.favoriteCount, 'video')}`,
    ].join(' · '),
  )
  print(`registered ${formatTime(user.createdAt)}, last seen ${formatTime(user.lastSeenAt)}`)
  if (user.disabledAt !== null) print(paint.yellow(`disabled since ${formatTime(user.disabledAt)}`))
  section('Videos', videoColumns, videos)
  if (videos.length < user.workCount) note(`The newest ${maxShown}.`)
  section('Sessions', sessionColumns, sessions)
  section('Conversations', partnerColumns, partners)
}

function section<T>(title: string, columns: readonly Column<T>[], rows: readonly T[]): void {
  print(`\n${paint.underline(title)}`)
  print(rows.length === 0 ? paint.dim('none') : table(columns, rows))
}

const videoColumns: readonly Column<Clip>[] = [
  { title: 'ID', align: 'right', text: ({ video }) => String(video.id) },
  { title: 'TITLE', width: 48, text: ({ video }) => video.title },
  { title: 'LIKES', align: 'right', text: ({ video }) => String(video.favoriteCount) },
  { title: 'COMMENTS', align: 'right', text: ({ video }) => String(video.commentCount) },
  {
    title: 'PUBLISHED',
    text: ({ video }) => (video.publishedAt === null ? video.state : formatTime(video.publishedAt)),
  },
]

const partnerColumns: readonly Column<{ user: User; at: number }>[] = [
  { title: 'ID', align: 'right', text: ({ user }) => String(user.id) },
  { title: 'NAME', text: ({ user }) => user.name },
  { title: 'LAST MESSAGE', text: ({ at }) => formatTime(at) },
]
