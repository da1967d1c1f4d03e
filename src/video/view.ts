import type { Static } from '@sinclair/typebox'
import type { Language } from '../errors.ts'
import { jsonBytes, type Reader } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { Clip } from '../store/video.ts'
import { userView } from '../user/view.ts'
import { refusalOf } from './jobs/failure.ts'
import type { Video } from './model.ts'

/** Lists of videos, flagged by `is_favorite` (bit 0 of the variant) and `is_follow` (bit 1). */
export const videoLists = listResponses(
  cacheJson((clip: Clip, variant, reader) => {
    const flags = { isFavorite: (variant & 1) !== 0, isFollow: (variant & 2) !== 0 }
    return jsonBytes(videoView(clip, flags, reader))
  }),
  ({ video }) => video.id,
  ({ author }) => author.id,
)

/** A video as the API shows one. */
function videoView(
  { video, author }: Clip,
  { isFavorite, isFollow }: { isFavorite: boolean; isFollow: boolean },
  { origin, language }: Reader,
): Static<typeof Video> {
  return {
    id: video.id,
    author: userView(author, isFollow, origin),
    play_url: `${origin}/${video.video}`,
    cover_url: `${origin}/${video.cover}`,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    is_favorite: isFavorite,
    title: titleOf(video, language),
    create_time: video.publishedAt ?? video.createdAt,
    width: video.width,
    height: video.height,
    duration: Math.round(video.duration * 1000) / 1000,
    play_count: video.playCount,
  }
}

/**
 * The title; of a video that only its author sees, with the reason in front, since the title is the
 * one text that the app shows of a video in a list.
 */
function titleOf({ title, publishedAt, ...video }: Clip['video'], language: Language): string {
  return publishedAt === null ? `【${stageOf(video, language)}】${title}` : title
}

function stageOf(
  { state, failure }: Pick<Clip['video'], 'state' | 'failure'>,
  language: Language,
): string {
  if (state === 'failed') return refusalOf(failure).text(language)
  const delayed = stages.delayed[language]
  if (failure === null) return state === 'delayed' ? delayed : stages.processing[language]
  if (failure === 'paused') return stages.paused[language]
  return failure === 'delayed'
    ? delayed
    : `${delayed}${colon[language]}${refusalOf(failure).text(language)}`
}

/** A title without the stage that a list has shown it with, as an app may send it back. */
export function withoutStage(title: string, video: Clip['video']): string {
  for (const language of ['zh', 'en'] as const) {
    const shown = Object.values(stages).map((stage) => stage[language])
    const prefix = [...shown, stageOf(video, language)]
      .map((text) => `【${text}】`)
      .find((text) => title.startsWith(text))
    if (prefix !== undefined) return title.slice(prefix.length).trim()
  }
  return title
}

const stages = {
  processing: { zh: '处理中', en: 'processing' },
  delayed: { zh: '处理中，已延迟', en: 'processing, delayed' },
  paused: { zh: '处理已暂停，文件已保留', en: 'processing paused, the file is kept' },
}

const colon = { zh: '：', en: ': ' }
