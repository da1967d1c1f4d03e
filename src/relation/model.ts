import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Action, Id, nextCursor } from '../http/endpoint/fields.ts'
import { User, whose } from '../user/model.ts'

/** A friend: a user, and what was last said between the two. */
export const FriendUser = t.Composite(
  [
    User,
    t.Object({
      message: t.String({ description: '和该好友的最新聊天消息，没有则为空', examples: ['在吗'] }),
      msgType: t.Integer({ enum: [0, 1], description: '0: 接收的消息，1: 发送的消息' }),
    }),
  ],
  { title: 'FriendUser' },
)

const users = t.Object({ user_list: t.Array(User), next_cursor: t.Optional(nextCursor) })

export const action = contract({
  tag: '社交接口',
  summary: '关系操作',
  description: 'Follows a user or takes it back; doing either twice is doing it once.',
  access: 'required',
  group: 'write',
  params: t.Object({ to_user_id: Id('对方用户id'), action_type: Action('关注', '取消关注') }),
})

export const followList = contract({
  tag: '社交接口',
  summary: '用户关注列表',
  description: 'Whom a user follows, newest first; oneself without `user_id`.',
  access: 'optional',
  params: whose,
  response: users,
})

export const followerList = contract({
  tag: '社交接口',
  summary: '用户粉丝列表',
  description: 'Who follows a user, newest first; oneself without `user_id`.',
  access: 'optional',
  params: whose,
  response: users,
})

export const friendList = contract({
  tag: '社交接口',
  summary: '用户好友列表',
  description:
    "One's own friends and whoever one has a conversation with, the last written with first, each with the newest message: the app's inbox. Nobody else's: what was said is for those two.",
  access: 'required',
  params: whose,
  response: t.Object({ user_list: t.Array(FriendUser), next_cursor: t.Optional(nextCursor) }),
})
