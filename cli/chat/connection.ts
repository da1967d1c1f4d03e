import type { ClientFrame, ServerFrame } from '../../src/message/socket/frames.ts'
import { type Account, ConnectionError, call, refusalIn, retryCodes } from '../lib/api.ts'
import type { Failure } from '../lib/failure.ts'

/** A message as the API shows it. */
export type Message = (ServerFrame & { type: 'message' })['message']

/** Hears what happens on a connection. */
export interface Listener {
  /** A new message; each comes once, in order. */
  message(message: Message): void
  /** The connection was lost and is being retried, or is back. */
  state(connected: boolean): void
}

/** A chat socket that reconnects by itself, then fetches what it missed and sends what wasn't stored. */
export interface Connection {
  /** Sends a text as soon as possible; resolves when it is on disk, or to the reason for a refusal. */
  send(toUserId: number, content: string): Promise<string | undefined>
  /** Marks what somebody wrote as read. */
  read(message: Message): void
  close(): void
  /** Rejects when the connection has ended for good: the token is no longer valid. */
  readonly over: Promise<never>
}

/** Bun's WebSocket takes headers; the declared type is the browser's, which takes none. */
const Socket = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string> },
) => WebSocket

interface Pending {
  readonly frame: ClientFrame & { type: 'send' }
  resolve(reason?: string): void
}

/** Time between two attempts to connect: doubled from the first to the longest. */
const firstRetryMs = 250
const maxRetryMs = 10_000

/** When a message that the server had no room for is sent again. */
const resendMs = 1_000

/** The first sync from here returns no message, only the id of the newest one. */
const aboveEveryId: number = Number.MAX_SAFE_INTEGER

/** Connects; resolves when new messages come. @throws Failure */
export async function connect(account: Account, listener: Listener): Promise<Connection> {
  const pending = new Map<string, Pending>()
  const run = crypto.randomUUID().slice(0, 13)
  const synced = Promise.withResolvers<void>()
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  let socket: WebSocket
  let last = aboveEveryId
  let delay = firstRetryMs
  let closed = false
  let connected = true
  let count = 0

  const write = (frame: ClientFrame) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
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
      case 'synced':
        if (last === aboveEveryId) last = frame.last_id
        delay = firstRetryMs
        for (const { frame: unsent } of pending.values()) write(unsent)
        become(true)
        return synced.resolve()
      case 'message':
        return show(frame.message)
      case 'ack':
        show(frame.message)
        return settle(frame.client_id)
      case 'error':
        return refused(frame)
    }
  }

  const become = (now: boolean) => {
    // The first sync is no reconnection, however many attempts it took.
    if (connected === now || last === aboveEveryId) return
    connected = now
    listener.state(now)
  }

  /** Ids ascend, so a message that comes again is recognised by its id. */
  const show = (message: Message) => {
    if (message.id <= last) return
    last = message.id
    listener.message(message)
  }

  const settle = (clientId: string, reason?: string) => {
    pending.get(clientId)?.resolve(reason)
    pending.delete(clientId)
  }

  const refused = ({ client_id: id, status_code, status_msg }: ServerFrame & { type: 'error' }) => {
    const one = id === undefined ? undefined : pending.get(id)
    if (!one) return
    if (!retryCodes.has(status_code)) return settle(one.frame.client_id, status_msg)
    setTimeout(() => pending.has(one.frame.client_id) && write(one.frame), resendMs)
  }

  const reconnect = async () => {
    if (closed) return
    become(false)
    const failure = await refusalOf(account)
    if (failure) {
      closed = true
      return over.reject(failure)
    }
    setTimeout(() => !closed && open(), delay * (0.5 + Math.random()))
    delay = Math.min(maxRetryMs, delay * 2)
  }

  open()
  await Promise.race([synced.promise, over.promise])
  return {
    send: (toUserId, content) =>
      new Promise((resolve) => {
        const clientId = `${run}.${++count}`
        const frame = { type: 'send', to_user_id: toUserId, content, client_id: clientId } as const
        pending.set(clientId, { frame, resolve })
        write(frame)
      }),
    read: ({ from_user_id, id }) => write({ type: 'read', from_user_id, up_to_id: id }),
    close() {
      closed = true
      socket.close(1000)
    },
    over: over.promise,
  }
}

/** Why the handshake failed, which only the API says; null if trying again may help. */
async function refusalOf(account: Account): Promise<Failure | null> {
  try {
    const answer = await call(account, '/douyin/user/')
    return answer.status_code === 0 ? null : refusalIn(account, answer)
  } catch (error) {
    return error instanceof ConnectionError ? null : (error as Failure)
  }
}
