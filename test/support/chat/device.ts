import type { ServerFrame } from '../../../src/message/socket/frames.ts'

export type Message = (ServerFrame & { type: 'message' })['message']

/** Bun's WebSocket takes headers; the declarations of the browser's, which win here, know none. */
const Socket = WebSocket as unknown as new (
  url: string,
  options: { headers?: Record<string, string>; protocols?: string[] },
) => WebSocket

/** A client of the chat socket that keeps every frame it got. */
export interface ChatDevice {
  readonly socket: WebSocket
  readonly frames: ServerFrame[]
  /** The messages among the frames, those of acks too. */
  messages(): Message[]
  /** The first frame of a type that this has not returned before; waits for it. */
  next<T extends ServerFrame['type']>(type: T): Promise<ServerFrame & { type: T }>
  /** Sends a frame, or any text. */
  say(frame: object | string): void
  /** Resolves when the socket is closed, by whomever. */
  readonly closed: Promise<{ code: number; reason: string }>
  /** To be called when frames were taken out: `next` begins with the first that is left. */
  rewind(): void
  /** Resolves when everything that the server had sent before this call has come. */
  settled(): Promise<void>
}

/** The address of the chat socket. */
export const chatUrl = (server: { url: string }, query = ''): string =>
  `${server.url.replace(/^http/, 'ws')}/douyin/message/ws${query}`

/** Opens a socket and waits for `ready`. Rejects with the close code if the handshake fails. */
export async function openDevice(
  server: { url: string },
  token: string,
  { afterId }: { afterId?: number } = {},
): Promise<ChatDevice> {
  const query = afterId === undefined ? '' : `?after_id=${afterId}`
  const device = rawDevice(chatUrl(server, query), {
    headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' },
  })
  await Promise.race([
    device.next('ready'),
    device.closed.then(({ code }) => Promise.reject(new Error(`closed with ${code}`))),
  ])
  return device
}

/** A socket as it comes, which may not open at all. */
export function rawDevice(
  url: string,
  options: { headers?: Record<string, string>; protocols?: string[] } = {},
): ChatDevice {
  const socket = new Socket(url, options)
  const frames: ServerFrame[] = []
  const closing = Promise.withResolvers<{ code: number; reason: string }>()
  const read = new Map<string, number>()
  let wake = Promise.withResolvers<void>()
  socket.onmessage = ({ data }) => {
    frames.push(JSON.parse(String(data)) as ServerFrame)
    wake.resolve()
    wake = Promise.withResolvers()
  }
  socket.onclose = ({ code, reason }) => {
    closing.resolve({ code, reason })
    wake.resolve()
  }
  const say = (frame: object | string) =>
    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  const next = async <T extends ServerFrame['type']>(type: T) => {
    for (;;) {
      for (let at = read.get(type) ?? 0; at < frames.length; at++) {
        read.set(type, at + 1)
        if (frames[at]!.type === type) return frames[at] as ServerFrame & { type: T }
      }
      if (socket.readyState === WebSocket.CLOSED) throw new Error(`closed without ${type}`)
      await wake.promise
    }
  }
  let asked = 0
  return {
    socket,
    frames,
    closed: closing.promise,
    say,
    next,
    messages: () =>
      frames.flatMap((frame) =>
        frame.type === 'message' || frame.type === 'ack' ? [frame.message] : [],
      ),
    rewind: () => read.clear(),
    async settled() {
      const client_id = `settled-${++asked}`
      say({ type: 'nothing', client_id })
      for (;;) {
        const error = await next('error')
        if (error.client_id === client_id) break
      }
      frames.splice(
        frames.findIndex((f) => f.type === 'error' && f.client_id === client_id),
        1,
      )
      for (const [type, at] of read) read.set(type, Math.min(at, frames.length))
    },
  }
}
