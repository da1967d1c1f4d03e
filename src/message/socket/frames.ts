import { type Static, type TProperties, Type as t } from '@sinclair/typebox'
import type { Bilingual } from '../../errors.ts'
import { Id, Start } from '../../http/endpoint/fields.ts'
import { content, Message } from '../model.ts'

// The frames of the chat socket, declared once: validation, types, documentation and the web client's
// types come from here.

const clientId = t.String({
  minLength: 1,
  maxLength: 64,
  about: {
    zh: '发送方自己的消息 id，消息存在期间有效：以相同接收者和内容重发得到相同的 ack，否则得到错误',
    en: "The sender's own id of a message, for as long as it is stored: sent again with the same receiver and content it gets the same ack, with another one an error",
  },
  examples: ['7f3c-1'],
})

const upToId = Id({ zh: '最后一条已读消息', en: 'The last message that was read' })

const frame = <N extends string, F extends TProperties>(name: N, about: Bilingual, fields: F) =>
  t.Object({ type: t.Literal(name), ...fields }, { title: name, about })

/** What a client may send. */
export const clientFrames = {
  send: frame(
    'send',
    {
      zh: '发送消息；随后收到相同 `client_id` 的 `ack` 或 `error`。',
      en: 'Sends a message; followed by `ack` or `error` with the same `client_id`.',
    },
    {
      to_user_id: Id({ zh: '对方', en: 'The other one' }),
      content,
      client_id: clientId,
    },
  ),
  sync: frame(
    'sync',
    {
      zh: '按顺序请求某条消息之后的全部消息和各会话的已读位置；最后跟随 `synced`。在 `ready` 之后发送，也可随时重读。',
      en: 'Asks for everything after a message, in order, and how far conversations are read; `synced` follows the last one. To be sent after `ready`, and at any time to read again.',
    },
    {
      after_id: Start({
        zh: '已有的最新消息，没有则为 0；超出最新的按最新计',
        en: 'The newest message at hand, 0 for none; one beyond the newest counts as that',
      }),
    },
  ),
  typing: frame(
    'typing',
    { zh: '告诉对方正在输入。', en: 'Tells the other one that something is being written.' },
    {
      to_user_id: Id({ zh: '对方', en: 'The other one' }),
    },
  ),
  read: frame(
    'read',
    {
      zh: '将对方的消息标记为已读，直到某条。',
      en: 'Marks what the other one wrote as read up to a message.',
    },
    {
      from_user_id: Id({ zh: '对方', en: 'The other one' }),
      up_to_id: upToId,
    },
  ),
} as const

/** What the server sends. */
export const serverFrames = {
  ready: frame(
    'ready',
    {
      zh: '第一帧：该用户的连接已打开。',
      en: 'The first frame: the socket is open for this user.',
    },
    {
      user_id: Id({ zh: '连接所属用户', en: 'Whose socket it is' }),
    },
  ),
  message: frame(
    'message',
    {
      zh: '发给该用户或由其发出的消息，id 递增。',
      en: 'A message to or from the user, ids growing.',
    },
    { message: Message },
  ),
  ack: frame(
    'ack',
    {
      zh: '`send` 的消息已写入磁盘。在发送的连接上，它代替 `message`。',
      en: 'The message of `send` is on disk. On the socket that sent it, it stands for `message`.',
    },
    { client_id: clientId, message: Message },
  ),
  synced: frame(
    'synced',
    {
      zh: '`sync` 完成；此后消息随发随到。',
      en: '`sync` is done; from here on messages come as they are sent.',
    },
    {
      last_id: t.Integer({
        minimum: 0,
        about: { zh: '此连接收到的最新消息', en: 'The newest message that this socket was sent' },
        examples: [42],
      }),
    },
  ),
  typing: frame(
    'typing',
    { zh: '有人正在给该用户输入。', en: 'Somebody is writing to the user.' },
    {
      from_user_id: Id({ zh: '正在输入的人', en: 'Who is writing' }),
    },
  ),
  read: frame(
    'read',
    {
      zh: '有人已读到某条消息；该用户的其他设备也会收到。`synced` 之前，凡有已读的会话双方各来一帧，离线期间的已读由此得知。同一会话以较大的 `up_to_id` 为准。',
      en: "Somebody has read up to a message; the user's other devices hear it too. Before `synced` one comes for each side of each conversation in which anything was read, so that whoever was away knows. Of two about the same the greater `up_to_id` counts.",
    },
    {
      by_user_id: Id({ zh: '已读的人', en: 'Who has read' }),
      with_user_id: Id({
        zh: '谁的消息：会话的另一方',
        en: 'Whose messages: the other one of the conversation',
      }),
      up_to_id: upToId,
    },
  ),
  notice: frame(
    'notice',
    {
      zh: '有人点赞、评论了该用户的作品或关注了该用户；详见 `/douyin/notice/list/`。',
      en: 'Somebody liked or commented on a work of the user, or followed; `/douyin/notice/list/` has it.',
    },
    {
      notice: t.String({
        enum: ['like', 'comment', 'follow'],
        about: { zh: '点赞、评论或关注', en: 'A like, a comment or a follow' },
        examples: ['like'],
      }),
      from_user_id: Id({ zh: '谁', en: 'Who did' }),
    },
  ),
  error: frame(
    'error',
    { zh: '某帧被拒绝；连接继续。', en: 'A frame was refused; the socket lives on.' },
    {
      client_id: t.Optional(clientId),
      status_code: t.Integer({
        about: { zh: '见上方状态码表', en: 'A code of the table above' },
        examples: [2003],
      }),
      status_msg: t.String({
        about: { zh: '供用户阅读的说明', en: 'For a person to read' },
        examples: [{ zh: '用户不存在', en: 'There is no such user' }],
      }),
    },
  ),
} as const

export type ClientFrame = Static<(typeof clientFrames)[keyof typeof clientFrames]>
export type ServerFrame = Static<(typeof serverFrames)[keyof typeof serverFrames]>

/** The text of a frame of the server. */
export const frameText = (frame: ServerFrame): string => JSON.stringify(frame)

/** The text of `read`. */
export const readText = (userId: number, peerId: number, upToId: number): string =>
  frameText({ type: 'read', by_user_id: userId, with_user_id: peerId, up_to_id: upToId })

/** The text of `message`, around a message that is JSON already. */
export const messageText = (message: string): string => `{"type":"message","message":${message}}`
/** The text of `ack`, around a message that is JSON already. */
export const ackText = (clientId: string, message: string): string =>
  `{"type":"ack","client_id":${JSON.stringify(clientId)},"message":${message}}`
