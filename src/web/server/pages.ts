import type { Language } from '../../errors.ts'
import type { Reader } from '../../http/response/json-bytes.ts'
import type { Store } from '../../store/store.ts'
import type { User } from '../../store/user.ts'
import type { Clip } from '../../store/video.ts'
import { userView } from '../../user/view.ts'
import { feedPageSize } from '../../video/model.ts'
import { videoLists } from '../../video/view.ts'
import type { FirstVideo, Preview } from './document.ts'

/** What is said of one address: whether there is anything, how a link to it looks, what is known. */
export interface Page {
  readonly found: boolean
  readonly preview: Preview
  readonly first: FirstVideo | null
  /** Fields for the client to begin with: JSON by name. */
  readonly start: Record<string, string>
}

const words = {
  zh: {
    description: '自己的短视频：刷、拍、聊，一个文件就是全部。',
    by: (name: string) => `@${name} 的视频`,
    counts: (works: number, followers: number) => `${works} 个作品 · ${followers} 位粉丝`,
  },
  en: {
    description: 'Short videos of your own: watch, post and chat, all in one file.',
    by: (name: string) => `A video by @${name}`,
    counts: (works: number, followers: number) => `${works} videos · ${followers} followers`,
  },
} as const

/** Videos that come with the page: the one that plays, and what a first swipe needs. */
const videosAtStart = 4

/** A page that is the same for everybody. */
export const plainPage = (language: Language): Page => ({
  found: true,
  preview: { title: 'douyin', description: words[language].description, type: 'website' },
  first: null,
  start: {},
})

/** The feed: its first videos come with the page. */
export async function feedPage(store: Store, reader: Reader): Promise<Page> {
  const page = await store.videos.feed(Number.MAX_SAFE_INTEGER, feedPageSize)
  const first = page.slice(0, videosAtStart)
  return {
    ...plainPage(reader.language),
    first: firstVideo(reader, first[0]),
    start: { feed: listJson(reader, first, page.length > first.length) },
  }
}

/** One video, to which the feed is added around. */
export async function videoPage(store: Store, reader: Reader, id: number | null): Promise<Page> {
  const clip = id === null ? null : await store.videos.byId(id)
  if (clip?.video.state !== 'ready') return missing(reader.language)
  const { video, author } = clip
  return {
    found: true,
    preview: {
      title: video.title,
      description: words[reader.language].by(author.name),
      type: 'video.other',
      url: `${reader.origin}/video/${video.id}`,
      image: `${reader.origin}/${video.cover}`,
      imageWidth: video.width,
      imageHeight: video.height,
      video: `${reader.origin}/${video.video}`,
    },
    first: firstVideo(reader, clip),
    start: { feed: listJson(reader, [clip], true) },
  }
}

/** A person. */
export async function userPage(store: Store, reader: Reader, id: number | null): Promise<Page> {
  const user = id === null ? null : await store.users.byId(id)
  if (!user) return missing(reader.language)
  const shown = userView(user, false, reader.origin)
  return {
    found: true,
    preview: {
      title: `@${user.name}`,
      description: descriptionOf(user, reader.language),
      type: 'profile',
      url: `${reader.origin}/user/${user.id}`,
      image: shown.avatar,
    },
    first: null,
    start: { user: JSON.stringify(shown) },
  }
}

function firstVideo({ origin }: Reader, clip: Clip | undefined): FirstVideo | null {
  if (!clip) return null
  const { video, width, height } = clip.video
  return { url: `${origin}/${video}`, upright: height > width }
}

const descriptionOf = (user: User, language: Language): string =>
  [user.signature, words[language].counts(user.workCount, user.followerCount)]
    .filter((text) => text !== '')
    .join(' · ')

const missing = (language: Language): Page => ({ ...plainPage(language), found: false })

/** Videos as `/douyin/feed` has them, for whoever isn't logged in, with the `latest_time` of the rest. */
function listJson(reader: Reader, clips: readonly Clip[], more: boolean): string {
  const entries = videoLists(clips)
    .to([], reader)
    .entries()
    .map((bytes) => new TextDecoder().decode(bytes))
  const oldest = clips.at(-1)?.video.publishedAt ?? 0
  return `{"video_list":[${entries.join(',')}],"next_time":${more ? Math.max(0, oldest - 1) : 0}}`
}
