import type { ClientFrame, ServerFrame } from '../../../src/message/socket/frames.ts'
import { chatUrl, type Message, rawDevice } from './device.ts'

/**
 * A device as an app would write it: it reconnects whenever the connection breaks, syncs from the
 * newest message that it holds, and sends again what was not acked. It is strict about what it gets.
 */
export interface Phone {
  /** Every message, in the order in which it came. */
  readonly held: readonly Message[]
  /** Everything that must not have happened. */
  readonly wrong: readonly string[]
  /** Contents by client_id that are acked. */
  readonly acked: ReadonlyMap<string, Message>
  /** Sends a message; resolves when it is acked, over however many connections. */
  send(toUserId: number, content: string): Promise<void>
  /** Breaks the connection without a word. */
  drop(): void
  /** Resolves when it holds the message of that id. */
  holds(id: number): Promise<void>
  end(): void
}

/** @param server asked at each connection, since it moves when it is started again */
export function openPhone(server: () => { url: string }, token: string, name: string): Phone {
  const held: Message[] = []
  const wrong: string[] = []
  const acked = new Map<string, Message>()
  const pending = new Map<string, { frame: ClientFrame; done: () => void }>()
  const known = new Set<number>()
  let waiting: { id: number; resolve: () => void }[] = []
  let socket: WebSocket | null = null
  let ended = false
  let count = 0
  let connections = 0

  const last = () => held.at(-1)?.id ?? 0

  const hold = (message: Message) => {
    if (message.id <= last()) wrong.push(`${name}: ${message.id} after ${last()}`)
    held.push(message)
    known.add(message.id)
    for (const { id, resolve } of waiting) if (id <= message.id) resolve()
    waiting = waiting.filter(({ id }) => id > message.id)
  }

  const hear = (frame: ServerFrame) => {
    if (frame.type === 'message') hold(frame.message)
    if (frame.type === 'error') wrong.push(`${name}: ${JSON.stringify(frame)}`)
    if (frame.type === 'synced') {
      for (const { frame: again } of pending.values()) write(again)
    }
    if (frame.type !== 'ack') return
    const { client_id, message } = frame
    const before = acked.get(client_id)
    if (before && before.id !== message.id) wrong.push(`${name}: two acks for ${client_id}`)
    acked.set(client_id, message)
    // The ack of a message sent again may come after a sync that brought it.
    if (!known.has(message.id)) hold(message)
    pending.get(client_id)?.done()
    pending.delete(client_id)
  }

  const write = (frame: ClientFrame) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
  }

  const connect = async () => {
    while (!ended) {
      // One way to sync and the other in turn.
      const inHandshake = ++connections % 2 === 0
      const query = `?token=${token}${inHandshake ? `&after_id=${last()}` : ''}`
      const device = rawDevice(chatUrl(server(), query))
      socket = device.socket
      const toHear = device.socket.onmessage
      device.socket.onmessage = (event) => {
        toHear?.call(device.socket, event)
        const frame = device.frames.pop()!
        if (frame.type === 'ready' && !inHandshake) write({ type: 'sync', after_id: last() })
        hear(frame)
      }
      await device.closed
      await Bun.sleep(20)
    }
  }
  void connect()

  return {
    held,
    wrong,
    acked,
    send: (to_user_id, content) =>
      new Promise((done) => {
        const client_id = `${name}.${++count}`
        const frame = { type: 'send', to_user_id, content, client_id } as const
        pending.set(client_id, { frame, done })
        write(frame)
      }),
    drop: () => socket?.terminate(),
    holds: (id) =>
      last() >= id ? Promise.resolve() : new Promise((resolve) => waiting.push({ id, resolve })),
    end() {
      ended = true
      socket?.close()
    },
  }
}
