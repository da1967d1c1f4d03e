import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Count, Id, Moment, nextCursor, paging, Start, Text } from '../http/endpoint/fields.ts'
import { User } from '../user/model.ts'

/** A message in every response and every frame. */
export const Message = t.Object(
  {
    id: Id({ zh: '消息id', en: 'Id of the message' }),
    to_user_id: Id({ zh: '该消息接收者的id', en: 'Id of the receiver' }),
    from_user_id: Id({ zh: '该消息发送者的id', en: 'Id of the sender' }),
    content: t.String({
      about: { zh: '消息内容', en: 'Text' },
      examples: [{ zh: '在吗', en: 'Are you there?' }],
    }),
    create_time: t.String({
      about: {
        zh: '消息创建时间，Unix 毫秒，以字符串表示',
        en: 'When it was sent, Unix ms, as text',
      },
      examples: ['1700000000000'],
    }),
  },
  { title: 'Message' },
)

/** The text of a message. */
export const content = Text(2000, {
  about: { zh: '消息内容，1–2000 个字符', en: 'Text of 1 to 2000 characters' },
  example: { zh: '在吗', en: 'Are you there?' },
})

export const chat = contract({
  tag: '消息',
  summary: { zh: '聊天记录', en: 'Conversation' },
  description: {
    zh: '不填 `pre_msg_time` 返回完整会话，最早的在前；填写则只返回对方此后的消息，因为应用已有自己发送的消息。公开接口之外：填写 `limit` 或 `before` 则从末尾起分页，同样最早的在前；一页的第一条消息就是前一页的 `before`，不足 `limit` 条的一页是最早的一页。',
    en: 'Without `pre_msg_time` the whole conversation, oldest first; with it only what the other side wrote after that, because the app has its own messages already. With `limit` or `before`, which the published API has not, a page of the conversation from its end, oldest first too: the first message of a page is the `before` of the one before it, and a page shorter than its `limit` is the first of all.',
  },
  access: 'required',
  params: t.Object({
    to_user_id: Id({ zh: '对方用户id', en: 'Id of the other user' }, { examples: [2] }),
    pre_msg_time: t.Optional(
      Moment({
        zh: '已有的最新消息的 create_time；0 或不填表示全部',
        en: '`create_time` of the newest message at hand; 0 or absent: all',
      }),
    ),
    limit: t.Optional(
      t.Integer({
        ...{ minimum: 1, maximum: 1000 },
        about: {
          zh: '最多返回的条数，取最新的；有 pre_msg_time 时取其后最早的',
          en: 'Messages at most, the newest; with `pre_msg_time` the first after it',
        },
        examples: [20],
      }),
    ),
    before: t.Optional(
      t.Integer({
        ...{ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, usedWith: { pre_msg_time: [null, 0] } },
        about: {
          zh: '只返回此消息之前的：其 id 或 create_time；0 或不填表示最新。不填 limit 时为 100 条',
          en: 'Only what was before this message: its id, or its `create_time`; 0 or absent: the newest. 100 messages unless `limit` says how many',
        },
        examples: [0],
      }),
    ),
  }),
  response: t.Object({ message_list: t.Array(Message) }),
})

/** A conversation of one's own. */
export const Conversation = t.Object(
  {
    user: User,
    message: Message,
    unread_count: Count({ zh: '对方的未读消息数', en: 'Unread messages of the other one' }, 2),
    read_up_to: Start({
      zh: '自己已读到的消息id，0 表示都未读',
      en: 'The last message that you have read, 0 for none',
    }),
    peer_read_up_to: Start({
      zh: '对方已读到的消息id，0 表示都未读',
      en: 'The last message that the other one has read, 0 for none',
    }),
  },
  { title: 'Conversation' },
)

export const list = contract({
  tag: '消息',
  summary: { zh: '会话列表', en: 'Conversations' },
  description: {
    zh: '自己的会话，最近聊过的在前，各附对方、最新一条消息、未读数和双方的已读位置；`unread_count` 为全部未读数。标记已读用 WebSocket 的 `read` 帧。公开接口之外。',
    en: 'Your conversations, the last written in first, each with the other one, the newest message, how much of it is unread and how far both have read; `unread_count` is of all of them. They are marked as read by the frame `read` of the WebSocket. Beyond the published API.',
  },
  access: 'required',
  params: t.Object(paging),
  response: t.Object({
    unread_count: Count({ zh: '全部未读消息数', en: 'Unread messages in all' }, 2),
    conversation_list: t.Array(Conversation),
    next_cursor: t.Optional(nextCursor),
  }),
})

export const action = contract({
  tag: '消息',
  summary: { zh: '消息操作', en: 'Send a message' },
  description: {
    zh: '发送消息，并立即推送到双方的所有设备。',
    en: 'Sends a message; it is pushed at once to every device of both people.',
  },
  access: 'required',
  group: 'own',
  params: t.Object({
    to_user_id: Id({ zh: '对方用户id', en: 'Id of the other user' }, { examples: [2] }),
    action_type: t.Integer({
      enum: [1],
      about: { zh: '1: 发送消息', en: '1: send' },
      examples: [1],
    }),
    content,
  }),
})

export const socket = contract({
  tag: '消息',
  summary: { zh: '实时聊天 (WebSocket)', en: 'Chat (WebSocket)' },
  description: {
    zh: '新消息立即推送到双方的所有设备。帧为 JSON 文本。',
    en: 'Pushes new messages at once to every device of both people. Frames are JSON text.',
  },
  access: 'optional',
  params: t.Object({
    after_id: t.Optional(
      Start({ zh: '先补发此消息之后的全部消息', en: 'Begins with everything after this message' }),
    ),
  }),
})
