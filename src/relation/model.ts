import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Action, Id, nextCursor, paging } from '../http/endpoint/fields.ts'
import { User, whose } from '../user/model.ts'

/** A friend: a user, and what was last said between the two. */
export const FriendUser = t.Composite(
  [
    User,
    t.Object({
      message: t.String({
        about: {
          zh: '和该好友的最新聊天消息，没有则为空',
          en: 'The newest message between the two, empty if none',
        },
        examples: [{ zh: '在吗', en: 'Are you there?' }],
      }),
      msgType: t.Integer({
        enum: [0, 1],
        about: { zh: '0: 接收的消息，1: 发送的消息', en: '0: received, 1: sent' },
      }),
    }),
  ],
  { title: 'FriendUser' },
)

const users = t.Object({ user_list: t.Array(User), next_cursor: t.Optional(nextCursor) })

export const action = contract({
  tag: '社交接口',
  summary: { zh: '关系操作', en: 'Follow' },
  description: {
    zh: '关注或取消关注；重复操作与操作一次相同。',
    en: 'Follows a user or takes it back; doing either twice is doing it once.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    to_user_id: Id({ zh: '对方用户id', en: 'Id of the other user' }, { examples: [2] }),
    action_type: Action({ zh: '关注', en: 'follow' }, { zh: '取消关注', en: 'take it back' }),
  }),
})

export const block = contract({
  tag: '社交接口',
  summary: { zh: '屏蔽用户', en: 'Block' },
  description: {
    zh: '屏蔽或取消屏蔽。被屏蔽的人不能给自己发消息、评论自己的作品或关注自己，双方已有的关注解除，其视频不出现在自己的视频流（含关注视频流）中，搜索也找不到其本人和视频；立即生效。公开接口之外。',
    en: 'Blocks a user or takes it back. Who is blocked cannot send you messages, comment on your works or follow you; neither of the two follows the other any more, and their videos are not in your feeds. Searching finds neither them nor their videos. It counts at once. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    to_user_id: Id({ zh: '对方用户id', en: 'Id of the other user' }, { examples: [2] }),
    action_type: Action({ zh: '屏蔽', en: 'block' }, { zh: '取消屏蔽', en: 'take it back' }),
  }),
})

export const blockList = contract({
  tag: '社交接口',
  summary: { zh: '已屏蔽的用户', en: 'Whom you have blocked' },
  description: {
    zh: '自己屏蔽的人，仅自己可见。公开接口之外。',
    en: 'Whom you have blocked, which nobody else sees. Beyond the published API.',
  },
  access: 'required',
  params: t.Object(paging),
  response: users,
})

export const followList = contract({
  tag: '社交接口',
  summary: { zh: '用户关注列表', en: 'Whom a user follows' },
  description: {
    zh: '用户关注的人，最新的在前；不填 `user_id` 则为自己。',
    en: 'Whom a user follows, newest first; oneself without `user_id`.',
  },
  access: 'optional',
  params: whose,
  response: users,
})

/** The published API misspells its path, and clients written from it do too. */
export const misspeltFollowList = contract({ ...followList, deprecated: true })

export const followerList = contract({
  tag: '社交接口',
  summary: { zh: '用户粉丝列表', en: 'Followers of a user' },
  description: {
    zh: '关注该用户的人，最新的在前；不填 `user_id` 则为自己。',
    en: 'Who follows a user, newest first; oneself without `user_id`.',
  },
  access: 'optional',
  params: whose,
  response: users,
})

export const friendList = contract({
  tag: '社交接口',
  summary: { zh: '用户好友列表', en: 'Friends' },
  description: {
    zh: '自己的好友和有会话的人，最近聊过的在前，各附最新一条消息：即应用的收件箱。不能查看他人的好友：聊天内容只属于双方。',
    en: "One's own friends and whoever one has a conversation with, the last written with first, each with the newest message: the app's inbox. Nobody else's: what was said is for those two.",
  },
  access: 'required',
  params: t.Object({
    // Without an example: only one's own id will do.
    user_id: t.Optional(
      Id({ zh: '自己的用户id，可不填', en: 'Your own id, if any' }, { examples: [] }),
    ),
    ...paging,
  }),
  response: t.Object({ user_list: t.Array(FriendUser), next_cursor: t.Optional(nextCursor) }),
})
