import type { ClientFrame, ServerFrame } from '../../src/message/socket/frames.ts'
import { type Account, ConnectionError, call, retryCodes } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'

/** A message as the API shows it. */
export type Message = (ServerFrame & { type: 'message' })['message']

/** Hears what happens on a connection. */
export interface Listener {
  /** A new message; each comes once, in order. */
  message(message: Message): void
  /** The server refused a message for good. */
  refused(content: string, reason: string): void
  /** The connection was lost and is being retried, or is back. */
  state(connected: boolean): void
  /** The connection ended for good: the token is no longer valid. */
  ended(failure: Failure): void
}

/** A chat socket that reconnects by itself, then fetches what it missed and sends what wasn't stored. */
export interface Connection {
  /** Sends a text as soon as possible; resolves when it is on disk, or refused. */
  send(toUserId: number, content: string): Promise<void>
  /** Marks what somebody wrote as read. */
  read(message: Message): void
  close(): void
}

/** Bun's WebSocket takes headers; the declared type is the browser's, which takes none. */
const Socket = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string> },
) => WebSocket

interface Pending {
  readonly frame: ClientFrame & { type: 'send' }
  resolve(): void
}

/** Time between two attempts to connect: doubled from the first to the longest. */
const firstRetryMs = 250
const maxRetryMs = 10_000

/** When a message that the server had no room for is sent again. */
const resendMs = 1_000

/** Connects; resolves when the server has sent our user id. @throws Failure */
export function connect(
  account: Account,
  listener: Listener,
): Promise<Connection & { me: number }> {
  const pending = new Map<string, Pending>()
  const run = crypto.randomUUID().slice(0, 13)
  const opened = Promise.withResolvers<Connection & { me: number }>()
  let socket: WebSocket | null = null
  // Above every id: the first sync returns no message, only the id of the newest one.
  let last: number = Number.MAX_SAFE_INTEGER
  let delay = firstRetryMs
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
    socket.onmessage = ({ data }) => receive(JSON.parse(String(data)) as ServerFrame)
    socket.onclose = () => void reconnect()
  }

  const receive = (frame: ServerFrame) => {
    switch (frame.type) {
      case 'ready':
        me = frame.user_id
        return
      case 'synced':
        if (last === Number.MAX_SAFE_INTEGER) last = frame.last_id
        delay = firstRetryMs
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

  /** Ids ascend, so a message that comes again is recognised by its id. */
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
    if (retryCodes.has(status_code)) {
      setTimeout(() => pending.has(one.frame.client_id) && write(one.frame), resendMs)
      return
    }
    listener.refused(one.frame.content, status_msg)
    settle(one.frame.client_id)
  }

  const reconnect = async () => {
    if (closed) return
    listener.state(false)
    const failure = await refusalOf(account)
    if (failure) {
      closed = true
      opened.reject(failure)
      return listener.ended(failure)
    }
    setTimeout(() => !closed && open(), delay * (0.5 + Math.random()))
    delay = Math.min(maxRetryMs, delay * 2)
  }

  const send = (toUserId: number, content: string) =>
    new Promise<void>((resolve) => {
      const clientId = `${run}.${++count}`
      const frame = { type: 'send', to_user_id: toUserId, content, client_id: clientId } as const
      pending.set(clientId, { frame, resolve })
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

/** Why the handshake failed, which only the API says; null if trying again may help. */
async function refusalOf(account: Account): Promise<Failure | null> {
  try {
    const { status_code, status_msg } = await call(account, '/douyin/user/')
    return status_code === 0 ? null : new Failure(`${account.server}: ${status_msg}.`)
  } catch (error) {
    return error instanceof ConnectionError ? null : (error as Failure)
  }
}
