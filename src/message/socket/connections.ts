import type { BusEvent } from '../../bus/bus.ts'
import type { Context } from '../../context.ts'
import type { Authenticate } from '../../http/endpoint/auth.ts'
import type { Connection } from './connection.ts'
import { messageText } from './frames.ts'

const maxSocketsPerUser = 100

/** Sessions that are checked before other work of the event loop has its turn. */
const sessionsPerTurn = 100

/** Close code for a session that ended: to reconnect with the same token is of no use. */
export const sessionEnded = 4401

/** How often it is asked whether any session may have ended, in this process or another one. */
const sessionIntervalMs = 250

/** How often all sessions are checked, since they also end by time, and whether clients are there. */
const expiryIntervalMs = 10_000
const aliveIntervalMs = 5_000

export type Connections = ReturnType<typeof createConnections>

/** All open sockets of this process, by user. */
export function createConnections(
  { bus, log, store }: Pick<Context, 'bus' | 'log' | 'store'>,
  authenticate: Authenticate,
) {
  const users = new Map<number, { connections: Set<Connection>; unsubscribe: () => void }>()

  const deliver = (connections: Set<Connection>, event: BusEvent) => {
    if (event.type === 'sessions') return void checkSessions(connections)
    const isStored = event.type === 'signal' && event.isStored
    const text = event.type === 'message' ? messageText(event.message) : event.frame
    for (const connection of connections) {
      if (event.by === connection.key) continue
      if (event.type === 'message') connection.deliver(event, text)
      else connection.signal(text, isStored)
    }
  }

  /** Closes those whose session has ended; a session that is used here is kept alive. */
  const checkSessions = async (connections: Iterable<Connection>) => {
    try {
      let checked = 0
      for (const { owner, transport } of [...connections]) {
        const viewer = await authenticate(owner.token)
        if (viewer?.id !== owner.userId) transport.close(sessionEnded, 'session ended')
        if (++checked % sessionsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    } catch (error) {
      log.failure('chat sessions', error)
    }
  }

  const all = () => [...users.values()].flatMap(({ connections }) => [...connections])

  let version = store.sessions.version()
  let isChecking = false
  const checkAll = async () => {
    if (isChecking || users.size === 0) return
    isChecking = true
    await checkSessions(all())
    isChecking = false
  }
  const checkIfEnded = () => {
    if (isChecking || users.size === 0) return
    try {
      const now = store.sessions.version()
      if (now === version) return
      version = now
      void checkAll()
    } catch (error) {
      log.failure('chat sessions', error)
    }
  }
  const checkAlive = () => {
    for (const { connections } of users.values()) {
      for (const { transport } of connections) transport.checkAlive()
    }
  }
  const timers = [
    setInterval(checkIfEnded, sessionIntervalMs),
    setInterval(checkAll, expiryIntervalMs),
    setInterval(checkAlive, aliveIntervalMs),
  ]
  for (const timer of timers) timer.unref()

  return {
    /** Subscribes to the bus for its user; the oldest of a user who has too many is closed. */
    add(connection: Connection): void {
      const { userId } = connection.owner
      // It may have ended since the handshake.
      void checkSessions([connection])
      const known = users.get(userId)?.connections
      if (known) {
        known.add(connection)
        const [oldest] = known
        if (known.size > maxSocketsPerUser) oldest?.transport.close(1008, 'too many connections')
        return
      }
      const connections = new Set([connection])
      const unsubscribe = bus.subscribe(userId, (event) => deliver(connections, event))
      users.set(userId, { connections, unsubscribe })
    },

    remove(connection: Connection): void {
      const { userId } = connection.owner
      const entry = users.get(userId)
      if (!entry?.connections.delete(connection) || entry.connections.size > 0) return
      entry.unsubscribe()
      users.delete(userId)
    },

    close(): void {
      for (const timer of timers) clearInterval(timer)
      for (const { transport } of all()) transport.close(1001, 'going away')
    },
  }
}
