import type { Static } from '@sinclair/typebox'
import type { clientFrames, serverFrames } from '../../message/socket/frames.ts'
import type { Message } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { effect, signal } from '../lib/signals.ts'

type ServerFrame = Static<(typeof serverFrames)[keyof typeof serverFrames]>
type ClientFrame = Static<(typeof clientFrames)[keyof typeof clientFrames]>

/** Whether messages come as they are sent. */
export const connected = signal(false)

const listeners = new Set<(frame: ServerFrame) => void>()
const firstRetryMs = 500
const maxRetryMs = 15_000

let socket: WebSocket | null = null
let retryMs = firstRetryMs
let retryTimer: ReturnType<typeof setTimeout> | undefined
/** The newest message that is known: what is asked for after a break begins behind it. */
let newestId: number | null = null

/** A message that no `ack` has come for. */
export interface Unsent {
  readonly frame: Extract<ClientFrame, { type: 'send' }>
  /** Unix ms. */
  readonly at: number
  /** Whether the server has refused it. */
  readonly failed: boolean
}
/** By `client_id`: sent again with the same one, they are stored once. */
const unsent = new Map<string, Unsent>()

/** Hears what the server sends. @returns what ends it */
export function listen(listener: (frame: ServerFrame) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Sends what may be lost: that one writes, that one has read. */
export function tell(frame: Exclude<ClientFrame, { type: 'send' }>): void {
  if (connected.peek()) socket?.send(JSON.stringify(frame))
}

/** Sends a message, now or when there is a connection again. */
export function post(frame: Unsent['frame']): Unsent {
  const message = { frame, at: Date.now(), failed: false }
  unsent.set(frame.client_id, message)
  if (connected.peek()) socket?.send(JSON.stringify(frame))
  return message
}

/** What was written to somebody and is on its way, or was refused. */
export const unsentTo = (userId: number): readonly Unsent[] =>
  [...unsent.values()].filter(({ frame }) => frame.to_user_id === userId)

/** Lets go of a message that was refused. */
export const drop = (clientId: string): boolean => unsent.delete(clientId)

/** Keeps a connection for whoever is logged in. */
export function keepConnected(): void {
  effect(() => {
    const token = session.value?.token
    disconnect()
    unsent.clear()
    newestId = null
    if (token) connect(token)
  })
  addEventListener('online', () => {
    const token = session.peek()?.token
    if (token && !connected.peek()) connect(token)
  })
}

function disconnect(): void {
  clearTimeout(retryTimer)
  const old = socket
  socket = null
  connected.value = false
  old?.close()
}

function connect(token: string): void {
  disconnect()
  const address = new URL('/douyin/message/ws/', location.href)
  address.protocol = address.protocol.replace('http', 'ws')
  // A page can't set headers here, and an address ends up in logs.
  const opened = new WebSocket(address, ['douyin', `bearer.${token}`])
  socket = opened
  opened.addEventListener('message', ({ data }) => {
    if (opened === socket) hear(JSON.parse(String(data)), opened)
  })
  opened.addEventListener('close', () => {
    if (opened !== socket) return
    connected.value = false
    // Not all at once when a server comes back.
    const wait = retryMs * (0.5 + Math.random())
    retryTimer = setTimeout(() => connect(token), wait)
    retryMs = Math.min(maxRetryMs, retryMs * 2)
  })
}

function hear(frame: ServerFrame, opened: WebSocket): void {
  if (frame.type === 'ready') {
    connected.value = true
    retryMs = firstRetryMs
    if (newestId !== null) opened.send(JSON.stringify({ type: 'sync', after_id: newestId }))
    for (const { frame: waiting, failed } of unsent.values()) {
      if (!failed) opened.send(JSON.stringify(waiting))
    }
  }
  if (frame.type === 'ack') unsent.delete(frame.client_id)
  const refused = frame.type === 'error' && unsent.get(frame.client_id ?? '')
  if (refused) unsent.set(refused.frame.client_id, { ...refused, failed: true })
  if (frame.type === 'message' || frame.type === 'ack') sawMessages([frame.message])
  for (const listener of listeners) listener(frame)
}

/** Notes which messages are known, wherever they came from. */
export function sawMessages(messages: readonly Message[]): void {
  for (const { id } of messages) newestId = Math.max(newestId ?? 0, id)
}

/** Notes where the stream of messages begins, unless some were seen already. */
export function beginAt(id: number): void {
  newestId ??= id
}
