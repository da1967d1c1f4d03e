import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Count, Id, Moment, nextCursor, Text } from '../http/endpoint/fields.ts'
import { User, whose } from '../user/model.ts'

/** A video in every response. */
export const Video = t.Object(
  {
    id: Id('视频唯一标识'),
    author: User,
    play_url: t.String({ format: 'uri', description: '视频播放地址' }),
    cover_url: t.String({ format: 'uri', description: '视频封面地址' }),
    favorite_count: Count('视频的点赞总数'),
    comment_count: Count('视频的评论总数'),
    is_favorite: t.Boolean({ description: 'true-已点赞，false-未点赞' }),
    title: t.String({ description: '视频标题', examples: ['海边的傍晚'] }),
  },
  { title: 'Video' },
)

export const videoList = { video_list: t.Array(Video), next_cursor: t.Optional(nextCursor) }

/** Videos of one page of the feed. */
export const feedPageSize = 30

export const feed = contract({
  tag: '基础接口',
  summary: '视频流',
  description: `Newest first, at most ${feedPageSize}. Hand \`next_time\` back as \`latest_time\` for the next page; it is 0 after the last. A \`latest_time\` below 0 or that is no number means now, and a token that isn't valid nobody, since the app must start.`,
  access: 'lenient',
  params: t.Object({
    latest_time: t.Optional(Moment('限制返回视频的最新投稿时间戳，毫秒或秒；0 或不填表示当前时间')),
  }),
  response: t.Object({
    video_list: t.Array(Video),
    next_time: t.Integer({ description: '下次请求时的 latest_time，毫秒；0 表示已到最后' }),
  }),
})

export const publish = contract({
  tag: '基础接口',
  summary: '视频投稿',
  description:
    'Multipart, its parts in any order. The video is streamed to the disk, made playable and given a cover before the response.',
  access: 'required',
  group: 'write',
  params: t.Object({
    title: Text(255, {
      description: '视频标题，最长 255 个字符',
      example: '海边的傍晚',
      trim: true,
    }),
  }),
})

export const publishList = contract({
  tag: '基础接口',
  summary: '发布列表',
  description: 'All works of a user, newest first; of oneself without `user_id`.',
  access: 'optional',
  params: whose,
  response: t.Object(videoList),
})
