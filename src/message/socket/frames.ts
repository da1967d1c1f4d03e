import { type Static, type TObject, type TProperties, Type as t } from '@sinclair/typebox'
import { AppError } from '../../errors.ts'
import { jsonParams } from '../../http/endpoint/body.ts'
import { Id, Start } from '../../http/endpoint/fields.ts'
import { paramsReader } from '../../http/endpoint/params.ts'
import { content, Message } from '../model.ts'

// The frames of the chat socket, declared once: validation, types and documentation come from here.

const clientId = t.String({
  minLength: 1,
  maxLength: 64,
  description:
    "The sender's own id of a message, for as long as it is stored: sent again with the same receiver and content it gets the same ack, with another one an error",
  examples: ['7f3c-1'],
})

const upToId = Id('The last message that was read')

const frame = <N extends string, F extends TProperties>(name: N, description: string, fields: F) =>
  t.Object({ type: t.Literal(name), ...fields }, { title: name, description })

/** What a client may send. */
export const clientFrames = {
  send: frame('send', 'Sends a message; followed by `ack` or `error` with the same `client_id`.', {
    to_user_id: Id('The other one'),
    content,
    client_id: clientId,
  }),
  sync: frame(
    'sync',
    'Asks for everything after a message, in order; `synced` follows the last one. To be sent after `ready`, and at any time to read again.',
    {
      after_id: Start(
        'The newest message at hand, 0 for none; one beyond the newest counts as that',
      ),
    },
  ),
  typing: frame('typing', 'Tells the other one that something is being written.', {
    to_user_id: Id('The other one'),
  }),
  read: frame('read', 'Marks what the other one wrote as read up to a message.', {
    from_user_id: Id('The other one'),
    up_to_id: upToId,
  }),
} as const

/** What the server sends. */
export const serverFrames = {
  ready: frame('ready', 'The first frame: the socket is open for this user.', {
    user_id: Id('Whose socket it is'),
  }),
  message: frame('message', 'A message to or from the user, ids growing.', { message: Message }),
  ack: frame(
    'ack',
    'The message of `send` is on disk. On the socket that sent it, it stands for `message`.',
    { client_id: clientId, message: Message },
  ),
  synced: frame('synced', '`sync` is done; from here on messages come as they are sent.', {
    last_id: t.Integer({
      minimum: 0,
      description: 'The newest message that this socket was sent',
      examples: [42],
    }),
  }),
  typing: frame('typing', 'Somebody is writing to the user.', {
    from_user_id: Id('Who is writing'),
  }),
  read: frame('read', "Somebody has read up to a message; the user's other devices hear it too.", {
    by_user_id: Id('Who has read'),
    up_to_id: upToId,
  }),
  error: frame('error', 'A frame was refused; the socket lives on.', {
    client_id: t.Optional(clientId),
    status_code: t.Integer({ description: 'A code of the table above', examples: [2003] }),
    status_msg: t.String({ description: 'For a person to read', examples: ['用户不存在'] }),
  }),
} as const

export type ClientFrame = Static<(typeof clientFrames)[keyof typeof clientFrames]>
export type ServerFrame = Static<(typeof serverFrames)[keyof typeof serverFrames]>

const readers = new Map(
  Object.entries(clientFrames).map(([type, schema]) => [type, paramsReader<TObject>(schema)]),
)

/**
 * Reads a frame of a client by the same rules as parameters: exact ids, no empty text, and what
 * isn't declared is ignored.
 * @throws AppError invalid_request, missing, invalid, too_long
 */
export function readFrame(data: string | Buffer): ClientFrame {
  const fields = objectOf(data)
  const type = fields.get('type')
  if (type === undefined) throw new AppError('missing', { field: 'type' })
  const read = readers.get(type as string)
  if (!read) throw new AppError('invalid', { field: 'type' })
  return read(fields) as ClientFrame
}

/** The `client_id` of a frame that was refused, so that its sender knows which one it was. */
export function clientIdOf(data: string | Buffer): string | undefined {
  try {
    const given = objectOf(data).get('client_id')
    const id = typeof given === 'number' ? String(given) : given
    return typeof id === 'string' && id !== '' && id.length <= 64 ? id : undefined
  } catch {
    return undefined
  }
}

/** The text of a frame of the server. */
export const frameText = (frame: ServerFrame): string => JSON.stringify(frame)

/** The text of `message`, around a message that is JSON already. */
export const messageText = (message: string): string => `{"type":"message","message":${message}}`
/** The text of `ack`, around a message that is JSON already. */
export const ackText = (clientId: string, message: string): string =>
  `{"type":"ack","client_id":${JSON.stringify(clientId)},"message":${message}}`

function objectOf(data: string | Buffer): Map<string, unknown> {
  if (typeof data !== 'string') throw new AppError('invalid_request', { reason: 'binary frame' })
  return jsonParams(data)
}
