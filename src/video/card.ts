import type { Static } from '@sinclair/typebox'
import type { Language } from '../errors.ts'
import { type Encoded, encode, encodings, joinEntries } from '../http/encoded.ts'
import type { Call } from '../http/endpoint.ts'
import { opening } from '../http/envelope.ts'
import { answerEncoded, answerList } from '../http/list.ts'
import type { Clip, Page, PageRequest, Store, User } from '../store/store.ts'
import { userCard } from '../user/card.ts'
import type { Video } from './model.ts'
import { refusalOf } from './transcode.ts'

/** A video as the caller is to see it. */
export function videoCard(
  { video, author }: Clip,
  { isFavorite, isFollow }: { isFavorite: boolean; isFollow: boolean },
  { origin, language }: Pick<Call, 'origin' | 'language'>,
): Static<typeof Video> {
  return {
    id: video.id,
    author: userCard(author, isFollow, origin),
    play_url: `${origin}/${video.video}`,
    cover_url: `${origin}/${video.cover}`,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    is_favorite: isFavorite,
    title: titleOf(video, language),
  }
}

const byAuthor = new WeakMap<Clip['video'], { author: User; clip: Clip }>()
const kept = encodings<Clip>()

/** The same, encoded. */
export function videoJson(
  clip: Clip,
  flags: Flags,
  call: Pick<Call, 'origin' | 'language'>,
): Encoded {
  const { video, author } = clip
  const isFavorite = flags.liked.has(video.id)
  const isFollow = flags.followed.has(author.id)
  const make = () => encode(videoCard(clip, { isFavorite, isFollow }, call))
  // What only its author sees has the state in the title, in the author's language.
  if (video.state !== 'ready') return make()
  return kept(lasting(clip), call.origin, (isFavorite ? 1 : 0) + (isFollow ? 2 : 0), make)
}

/** One object for the same two records: a pair is made anew for each list. */
function lasting(clip: Clip): Clip {
  const known = byAuthor.get(clip.video)
  if (known?.author === clip.author) return known.clip
  byAuthor.set(clip.video, { author: clip.author, clip })
  return clip
}

/**
 * The title; of a video that only its author sees, with the reason in front, since the title is the
 * one text that the app shows of a video in a list.
 */
function titleOf({ title, state, failure }: Clip['video'], language: Language): string {
  if (state === 'ready') return title
  if (state === 'failed') return `【${refusalOf(failure).text(language)}】${title}`
  return `【${language === 'zh' ? '处理中' : 'processing'}】${title}`
}

/** What the viewer has to do with the videos and authors of a page. */
export interface Flags {
  readonly liked: ReadonlySet<number>
  readonly followed: ReadonlySet<number>
}

const none: Flags = { liked: new Set(), followed: new Set() }

/** Looks up the flags of a whole page in one go; an anonymous viewer has none. */
export async function flagsFor(
  store: Store,
  viewer: { id: number } | null,
  clips: readonly Clip[],
): Promise<Flags> {
  if (viewer === null || clips.length === 0) return none
  const [liked, followed] = await Promise.all([
    store.favorites.among(
      viewer.id,
      clips.map(({ video }) => video.id),
    ),
    store.relations.among(viewer.id, [...new Set(clips.map(({ author }) => author.id))]),
  ])
  return { liked, followed }
}

/** Answers a list of videos as the caller is to see them. */
export const answerClips = (
  store: Store,
  call: Pick<Call, 'language' | 'origin'> & {
    viewer: { id: number } | null
    params: { cursor?: string; limit?: number }
  },
  fetch: (page: PageRequest) => Promise<Page<Clip>>,
) =>
  answerList(call, 'video_list', fetch, async (clips) => {
    const flags = await flagsFor(store, call.viewer, clips)
    return clips.map((clip) => videoJson(clip, flags, call))
  })

const anonymousPages = encodings<readonly Clip[]>()

/** Answers a page of the feed; what everybody sees who isn't logged in is encoded only once. */
export function answerFeed(
  call: Pick<Call, 'language' | 'origin'> & { viewer: { id: number } | null },
  clips: readonly Clip[],
  nextTime: number,
  flags: Flags,
): Response {
  const join = () =>
    joinEntries(
      `${opening(call.language)},"video_list":[`,
      clips.map((clip) => videoJson(clip, flags, call)),
      `],"next_time":${nextTime}}`,
    )
  if (call.viewer) return answerEncoded(join())
  return answerEncoded(anonymousPages(clips, call.origin, call.language === 'zh' ? 0 : 1, join))
}
