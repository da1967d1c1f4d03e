import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Id, Moment, Start, Text } from '../http/endpoint/fields.ts'

/** A message in every response and every frame. */
export const Message = t.Object(
  {
    id: Id('消息id'),
    to_user_id: Id('该消息接收者的id'),
    from_user_id: Id('该消息发送者的id'),
    content: t.String({ description: '消息内容', examples: ['在吗'] }),
    create_time: t.String({
      description: '消息创建时间，Unix 毫秒，以字符串表示',
      examples: ['1700000000000'],
    }),
  },
  { title: 'Message' },
)

/** The text of a message. */
export const content = Text(2000, { description: '消息内容，1–2000 个字符', example: '在吗' })

export const chat = contract({
  tag: '消息',
  summary: '聊天记录',
  description:
    'Without `pre_msg_time` the whole conversation, oldest first; with it only what the other side wrote after that, because the app has its own messages already.',
  access: 'required',
  params: t.Object({
    to_user_id: Id('对方用户id'),
    pre_msg_time: t.Optional(Moment('已有的最新消息的 create_time；0 或不填表示全部')),
  }),
  response: t.Object({ message_list: t.Array(Message) }),
})

export const action = contract({
  tag: '消息',
  summary: '消息操作',
  description: 'Sends a message; it is pushed at once to every device of both people.',
  access: 'required',
  group: 'own',
  params: t.Object({
    to_user_id: Id('对方用户id'),
    action_type: t.Integer({ enum: [1], description: '1: 发送消息', examples: [1] }),
    content,
  }),
})

export const socket = contract({
  tag: '消息',
  summary: '实时聊天 (WebSocket)',
  description: 'Pushes new messages at once to every device of both people. Frames are JSON text.',
  access: 'optional',
  params: t.Object({
    after_id: t.Optional(Start('Begins with everything after this message')),
  }),
})
