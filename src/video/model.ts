import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Count, Id, Moment, nextCursor, Text, Url } from '../http/endpoint/fields.ts'
import { User, whose } from '../user/model.ts'

/** A video in every response. */
export const Video = t.Object(
  {
    id: Id({ zh: '视频唯一标识', en: 'Id of the video' }),
    author: User,
    play_url: Url(
      { zh: '视频播放地址', en: 'The video, an MP4' },
      '/videos/V1StGXR8_Z5jdHi6B-myT.mp4',
    ),
    cover_url: Url(
      { zh: '视频封面地址', en: 'Cover, a JPEG' },
      '/covers/V1StGXR8_Z5jdHi6B-myT.jpg',
    ),
    favorite_count: Count({ zh: '视频的点赞总数', en: 'Likes' }, 128),
    comment_count: Count({ zh: '视频的评论总数', en: 'Comments' }, 12),
    is_favorite: t.Boolean({
      about: { zh: 'true-已点赞，false-未点赞', en: 'Whether you like the video' },
    }),
    title: t.String({
      about: { zh: '视频标题', en: 'Title' },
      examples: [{ zh: '海边的傍晚', en: 'An evening by the sea' }],
    }),
    create_time: t.Integer({
      about: { zh: '投稿时间，Unix 毫秒', en: 'When it was published, Unix ms' },
      examples: [1767225600000],
    }),
    width: Count({ zh: '画面宽度，像素；未知为 0', en: 'Pixels; 0 if not known yet' }, 720),
    height: Count({ zh: '画面高度，像素；未知为 0', en: 'Pixels; 0 if not known yet' }, 1280),
    duration: t.Number({
      minimum: 0,
      about: { zh: '时长，秒；未知为 0', en: 'Seconds; 0 if not known yet' },
      examples: [8.5],
    }),
    play_count: Count({ zh: '播放次数', en: 'How often it was watched' }, 512),
  },
  { title: 'Video' },
)

export const videoList = { video_list: t.Array(Video), next_cursor: t.Optional(nextCursor) }

/** Videos of one page of the feed. */
export const feedPageSize = 30

export const feed = contract({
  tag: '基础接口',
  summary: { zh: '视频流', en: 'Feed' },
  description: {
    zh: `最新的在前，最多 ${feedPageSize} 个。将 \`next_time\` 作为下一页的 \`latest_time\`；最后一页之后为 0。`,
    en: `Newest first, at most ${feedPageSize}. Hand \`next_time\` back as \`latest_time\` for the next page; it is 0 after the last.`,
  },
  access: 'lenient',
  params: t.Object({
    latest_time: t.Optional(
      Moment({
        zh: '限制返回视频的最新投稿时间戳，毫秒或秒；0 或不填表示当前时间',
        en: 'Videos up to this moment, Unix ms or s; 0 or absent: now',
      }),
    ),
  }),
  response: t.Object({
    video_list: t.Array(Video),
    next_time: t.Integer({
      about: {
        zh: '下次请求时的 latest_time，毫秒；0 表示已到最后',
        en: '`latest_time` of the next page, ms; 0 after the last',
      },
      examples: [1767225599000],
    }),
  }),
})

export const followingFeed = contract({
  ...{ tag: '基础接口', access: 'required', params: feed.params, response: feed.response },
  summary: { zh: '关注的视频流', en: 'Feed of whom you follow' },
  description: {
    zh: `所关注用户的视频，最新的在前，最多 ${feedPageSize} 个；翻页与视频流相同，每个视频只出现一次。公开接口之外。`,
    en: `The videos of whom you follow, newest first, at most ${feedPageSize}; paged like the feed, each exactly once. Beyond the published API.`,
  },
})

const title = Text(255, {
  about: { zh: '视频标题，最长 255 个字符', en: 'Title, at most 255 characters' },
  example: { zh: '海边的傍晚', en: 'An evening by the sea' },
  trim: true,
})

export const publish = contract({
  tag: '基础接口',
  summary: { zh: '视频投稿', en: 'Publish a video' },
  description: {
    zh: 'multipart 表单，各部分顺序不限。视频边收边写入磁盘，返回前已带有封面。此时即可播放，需要转码的除外：转码完成前只有作者本人看得到，标题前带有【处理中】。一分钟内以同一标题再次上传同一文件，视为同一次投稿。',
    en: 'Multipart, its parts in any order. The video is streamed to the disk and given a cover before the response. It is playable then, unless it has to be transcoded: until that is done its author alone sees it, marked 【processing】. The same file with the same title within a minute is one publication.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({ title }),
})

export const publishList = contract({
  tag: '基础接口',
  summary: { zh: '发布列表', en: 'Works of a user' },
  description: {
    zh: '用户的全部作品，最新的在前；不填 `user_id` 则为自己。',
    en: 'All works of a user, newest first; of oneself without `user_id`.',
  },
  access: 'optional',
  params: whose,
  response: t.Object(videoList),
})

const videoId = Id({ zh: '视频id', en: 'Id of the video' })

export const one = contract({
  tag: '基础接口',
  summary: { zh: '单个视频', en: 'One video' },
  description: {
    zh: '按 `video_id` 查询视频，与列表中的视频相同。尚未处理完成的视频仅作者可见。公开接口之外。',
    en: 'A video as lists have it. One that is not ready yet is seen by its author alone. Beyond the published API.',
  },
  access: 'optional',
  params: t.Object({ video_id: videoId }),
  response: t.Object({ video: Video }),
})

export const remove = contract({
  tag: '基础接口',
  summary: { zh: '删除视频', en: 'Delete a video' },
  description: {
    zh: '删除自己的视频，及其点赞、评论和文件；无法恢复。公开接口之外。',
    en: 'Deletes an own video for good, with its likes, comments and files. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({ video_id: videoId }),
})

export const update = contract({
  tag: '基础接口',
  summary: { zh: '修改视频', en: 'Change a video' },
  description: {
    zh: '修改自己的视频的标题。公开接口之外。',
    en: 'Gives an own video another title. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({ video_id: videoId, title }),
})

export const view = contract({
  tag: '基础接口',
  summary: { zh: '记录播放', en: 'Count a view' },
  description: {
    zh: '看满两秒后调用一次，`play_count` 随之增加（几秒后可见）。同一人对同一视频，在可能再看一遍之前只计一次。公开接口之外。',
    en: 'To be called once when a video has been watched for two seconds; `play_count` follows within seconds. Of one person a video is counted again when they can have watched it again. Beyond the published API.',
  },
  access: 'optional',
  group: 'write',
  params: t.Object({ video_id: videoId }),
})
