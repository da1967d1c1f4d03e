import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { nextCursor, paging, Text } from '../http/endpoint/fields.ts'
import { User } from '../user/model.ts'
import { Video } from '../video/model.ts'

/** Entries of a page, unless the caller says. */
export const searchPageSize = 30

export const search = contract({
  tag: '基础接口',
  summary: { zh: '搜索', en: 'Search' },
  description: {
    zh: '按名称查找用户、按标题查找视频，或查找标题带有某个 #标签 的视频，最新的在前；同名用户排在最前。不区分大小写与全半角，空格分隔的每个词都须出现，一个字也可以。`next_cursor` 不为空时后面还可能有，即使本页不满或为空。已屏蔽的人及其视频不出现。公开接口之外。',
    en: 'Users by their names, videos by their titles, or videos with a #tag in the title, newest first; a user of that very name leads. Case and width don’t matter, each word must be there, one character is enough. As long as `next_cursor` isn’t empty there may be more, even after a page that is short or empty. Whom you have blocked and their videos are not found. Beyond the published API.',
  },
  access: 'optional',
  params: t.Object({
    keyword: Text(64, {
      about: { zh: '关键词，最长 64 个字符', en: 'What to look for, at most 64 characters' },
      example: { zh: '海边', en: 'sea' },
      trim: true,
    }),
    type: t.Optional(
      t.String({
        ...{ enum: ['user', 'video', 'tag'], pattern: '^(?:user|video|tag)$' },
        about: {
          zh: 'user：用户，video：视频，tag：带有该标签的视频；不填为 video',
          en: 'user, video, or tag: videos with it; video if absent',
        },
        examples: ['video'],
      }),
    ),
    cursor: paging.cursor,
    limit: t.Optional(
      t.Integer({
        ...{ minimum: 1, maximum: 100 },
        about: {
          zh: `每页条数；不填为 ${searchPageSize}`,
          en: `Entries of a page; ${searchPageSize} if absent`,
        },
      }),
    ),
  }),
  response: t.Object({
    user_list: t.Array(User),
    video_list: t.Array(Video),
    next_cursor: nextCursor,
  }),
})
