import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Action, Id, nextCursor, paging, Text } from '../http/endpoint/fields.ts'
import { User } from '../user/model.ts'

/** A comment in every response. */
export const Comment = t.Object(
  {
    id: Id({ zh: '视频评论id', en: 'Id of the comment' }),
    user: User,
    content: t.String({
      about: { zh: '评论内容', en: 'Text' },
      examples: [{ zh: '拍得真好', en: 'Beautiful shot' }],
    }),
    create_date: t.String({
      about: { zh: '评论发布日期，格式 mm-dd', en: 'Day of the comment, mm-dd' },
      examples: ['11-23'],
    }),
  },
  { title: 'Comment' },
)

export const action = contract({
  tag: '互动接口',
  summary: { zh: '评论操作', en: 'Comment' },
  description: {
    zh: '发布评论（`comment_text`）或删除评论（`comment_id`，仅限评论作者或视频作者）。返回所发布的评论；删除时返回空评论。',
    en: 'Writes a comment (`comment_text`), or deletes one (`comment_id`), which its author and that of the video may. Returns the comment written, or an empty one.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    video_id: Id({ zh: '视频id', en: 'Id of the video' }),
    action_type: Action({ zh: '发布评论', en: 'write' }, { zh: '删除评论', en: 'delete' }),
    comment_text: t.Optional(
      Text(500, {
        about: {
          zh: '评论内容，1–500 个字符，action_type=1 时使用',
          en: 'Text of 1 to 500 characters, for action_type 1',
        },
        example: { zh: '拍得真好', en: 'Beautiful shot' },
        trim: true,
        usedWith: { action_type: [1] },
      }),
    ),
    comment_id: t.Optional(
      Id(
        { zh: '要删除的评论id，action_type=2 时使用', en: 'Comment to delete, for action_type 2' },
        { usedWith: { action_type: [2] } },
      ),
    ),
  }),
  example: { comment_text: { zh: '拍得真好', en: 'Beautiful shot' } },
  response: t.Object({ comment: Comment }),
})

export const list = contract({
  tag: '互动接口',
  summary: { zh: '视频评论列表', en: 'Comments of a video' },
  description: { zh: '视频的评论，最新的在前。', en: 'The comments of a video, newest first.' },
  access: 'optional',
  params: t.Object({ video_id: Id({ zh: '视频id', en: 'Id of the video' }), ...paging }),
  response: t.Object({ comment_list: t.Array(Comment), next_cursor: t.Optional(nextCursor) }),
})
