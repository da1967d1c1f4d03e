import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Action, Id, nextCursor, paging, Text } from '../http/endpoint/fields.ts'
import { User } from '../user/model.ts'

/** A comment in every response. */
export const Comment = t.Object(
  {
    id: Id('视频评论id'),
    user: User,
    content: t.String({ description: '评论内容', examples: ['拍得真好'] }),
    create_date: t.String({ description: '评论发布日期，格式 mm-dd', examples: ['11-23'] }),
  },
  { title: 'Comment' },
)

export const action = contract({
  tag: '互动接口',
  summary: '评论操作',
  description:
    'Writes a comment (`comment_text`), or deletes one (`comment_id`), which only its author may. Returns the comment written, or an empty one.',
  access: 'required',
  group: 'write',
  params: t.Object({
    video_id: Id('视频id'),
    action_type: Action('发布评论', '删除评论'),
    comment_text: t.Optional(
      Text(500, {
        description: '评论内容，1–500 个字符，action_type=1 时使用',
        example: '拍得真好',
        trim: true,
        usedWith: { action_type: 1 },
      }),
    ),
    comment_id: t.Optional(
      Id('要删除的评论id，action_type=2 时使用', { usedWith: { action_type: 2 } }),
    ),
  }),
  response: t.Object({ comment: Comment }),
})

export const list = contract({
  tag: '互动接口',
  summary: '视频评论列表',
  description: 'The comments of a video, newest first.',
  access: 'optional',
  params: t.Object({ video_id: Id('视频id'), ...paging }),
  response: t.Object({ comment_list: t.Array(Comment), next_cursor: t.Optional(nextCursor) }),
})
