import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Count, Id, nextCursor, paging, Start } from '../http/endpoint/fields.ts'
import { User } from '../user/model.ts'

const example = 1_700_000_000_000_000

/** That somebody liked, commented or followed. */
export const Notice = t.Object(
  {
    id: Id(
      { zh: '通知id，越新越大', en: 'Id of the notice; newer ones are greater' },
      { examples: [example] },
    ),
    type: t.String({
      enum: ['like', 'comment', 'follow'],
      about: {
        zh: 'like：点赞了作品，comment：评论了作品，follow：关注了你',
        en: 'like: of a work; comment: on a work; follow: of you',
      },
      examples: ['like'],
    }),
    user: User,
    video_id: Start({ zh: '作品id；关注为 0', en: 'The work; 0 of a follow' }),
    cover_url: t.String({
      about: { zh: '作品封面；关注为空', en: 'Cover of the work; empty of a follow' },
      examples: ['https://douyin.example/covers/V1StGXR8_Z5jdHi6B-myT.jpg'],
    }),
    comment_text: t.String({
      about: { zh: '评论内容；其他为空', en: 'What was said; empty but of a comment' },
      examples: [{ zh: '拍得真好', en: 'Beautiful shot' }],
    }),
    create_time: t.Integer({
      minimum: 0,
      about: { zh: '时间，Unix 毫秒', en: 'When it was, Unix ms' },
      examples: [1_700_000_000_000],
    }),
    is_read: t.Boolean({ about: { zh: '是否已读', en: 'Whether you have read it' } }),
  },
  { title: 'Notice' },
)

export const list = contract({
  tag: '互动接口',
  summary: { zh: '通知列表', en: 'Notices' },
  description: {
    zh: '谁点赞、评论了自己的作品或关注了自己，最新的在前；被撤回的不再出现。`unread_count` 为全部未读数。公开接口之外。',
    en: 'Who liked or commented on your works or followed you, newest first; what was taken back is gone. `unread_count` is of all of them. Beyond the published API.',
  },
  access: 'required',
  params: t.Object(paging),
  response: t.Object({
    unread_count: Count({ zh: '全部未读通知数', en: 'Unread notices in all' }, 2),
    notice_list: t.Array(Notice),
    next_cursor: t.Optional(nextCursor),
  }),
})

export const read = contract({
  tag: '互动接口',
  summary: { zh: '通知已读', en: 'Mark notices as read' },
  description: {
    zh: '将通知标记为已读，直到某条；不填则为全部。公开接口之外。',
    en: 'Marks notices as read up to one of them; all of them without it. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    up_to_id: t.Optional(
      Id({ zh: '最后一条已读的通知', en: 'The last one that was read' }, { examples: [example] }),
    ),
  }),
  response: t.Object({
    unread_count: Count({ zh: '剩余未读通知数', en: 'Unread notices that are left' }),
  }),
})
