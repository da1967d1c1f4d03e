import type { ClientFrame, ServerFrame } from '../../src/message/socket/frames.ts'
import { ConnectionError, call } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'

/** A message as the API shows it. */
export type Message = (ServerFrame & { type: 'message' })['message']

/** Whom to connect to, and as whom. */
export interface Account {
  /** Origin, `http://…`. */
  readonly server: string
  readonly token: string
}

/** What a connection tells. */
export interface Listener {
  /** A message that is new, each once and in order. */
  message(message: Message): void
  /** The server refused a text for good. */
  refused(content: string, reason: string): void
  /** The connection broke and is tried again, or is there again. */
  state(connected: boolean): void
  /** It is over: the token is no longer taken. */
  ended(failure: Failure): void
}

/** A chat socket that comes back by itself, with what was missed and what was not yet stored. */
export interface Connection {
  /** Sends a text as soon as possible; resolves when it is on disk, or refused. */
  send(toUserId: number, content: string): Promise<void>
  /** Marks what somebody wrote as read. */
  read(message: Message): void
  close(): void
}

/** Bun's WebSocket takes headers; the declarations of the browser's, which win here, know none. */
const Socket = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string> },
) => WebSocket

interface Pending {
  readonly frame: ClientFrame & { type: 'send' }
  resolve(): void
}

/** ms between two tries: doubled from the first to the last, so a server that starts has room. */
const firstDelay = 250
const lastDelay = 10_000

/** Connects, and resolves when the server has said who we are. @throws Failure */
export function connect(
  account: Account,
  listener: Listener,
): Promise<Connection & { me: number }> {
  const pending = new Map<string, Pending>()
  const run = crypto.randomUUID().slice(0, 13)
  const opened = Promise.withResolvers<Connection & { me: number }>()
  let socket: WebSocket | null = null
  // Beyond every id: the first sync asks for nothing but where the newest message is.
  let last: number = Number.MAX_SAFE_INTEGER
  let delay = firstDelay
  let closed = false
  let count = 0
  let me = 0

  const write = (frame: ClientFrame) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
  }

  const open = () => {
    const url = `${account.server.replace(/^http/, 'ws')}/douyin/message/ws?after_id=${last}`
    const headers = { authorization: `Bearer ${account.token}`, 'accept-language': 'en' }
    socket = new Socket(url, { headers })
    socket.onmessage = ({ data }) => hear(JSON.parse(String(data)) as ServerFrame)
    socket.onclose = () => void broke()
  }

  const hear = (frame: ServerFrame) => {
    switch (frame.type) {
      case 'ready':
        me = frame.user_id
        return
      case 'synced':
        if (last === Number.MAX_SAFE_INTEGER) last = frame.last_id
        delay = firstDelay
        for (const { frame: unsent } of pending.values()) write(unsent)
        listener.state(true)
        return opened.resolve({ send, read, close, me })
      case 'message':
        return show(frame.message)
      case 'ack':
        show(frame.message)
        return settle(frame.client_id)
      case 'error':
        return refused(frame)
    }
  }

  /** The ids of the stream grow, so what comes again is known by its id. */
  const show = (message: Message) => {
    if (message.id <= last) return
    last = message.id
    listener.message(message)
  }

  const settle = (clientId: string) => {
    pending.get(clientId)?.resolve()
    pending.delete(clientId)
  }

  const refused = ({ client_id: id, status_code, status_msg }: ServerFrame & { type: 'error' }) => {
    const one = id === undefined ? undefined : pending.get(id)
    if (!one) return
    if (status_code === tooMany || status_code === busy) {
      setTimeout(() => pending.has(one.frame.client_id) && write(one.frame), 1000)
      return
    }
    listener.refused(one.frame.content, status_msg)
    settle(one.frame.client_id)
  }

  const broke = async () => {
    if (closed) return
    listener.state(false)
    const failure = await refusalOf(account)
    if (failure) {
      closed = true
      opened.reject(failure)
      return listener.ended(failure)
    }
    setTimeout(() => !closed && open(), delay * (0.5 + Math.random()))
    delay = Math.min(lastDelay, delay * 2)
  }

  const send = (toUserId: number, content: string) =>
    new Promise<void>((resolve) => {
      const client_id = `${run}.${++count}`
      const frame = { type: 'send', to_user_id: toUserId, content, client_id } as const
      pending.set(client_id, { frame, resolve })
      write(frame)
    })

  const read = ({ from_user_id, id }: Message) =>
    write({ type: 'read', from_user_id, up_to_id: id })

  const close = () => {
    closed = true
    socket?.close(1000)
  }

  open()
  return opened.promise
}

/** Codes of the API after which the same frame may be sent again. */
const tooMany = 9429
const busy = 7001

/** A handshake that fails doesn't say why; the API does. Null if trying again may help. */
async function refusalOf({ server, token }: Account): Promise<Failure | null> {
  const headers = { authorization: `Bearer ${token}` }
  try {
    const response = await call(server, '/douyin/user/', { headers })
    return response.status_code === 0 ? null : new Failure(`${server}: ${response.status_msg}.`)
  } catch (error) {
    return error instanceof ConnectionError ? null : (error as Failure)
  }
}
