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

/** How often it is asked which sessions have ended, in this process or another one. */
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
  const bySession = new Map<string, Set<Connection>>()
  /** Those whose session couldn't be looked up: asked again with the next check. */
  const unsure = new Set<Connection>()

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
    const failures: unknown[] = []
    let checked = 0
    for (const connection of [...connections]) {
      const { owner, transport } = connection
      try {
        const viewer = await authenticate(owner.token)
        if (viewer?.id !== owner.userId) transport.close(sessionEnded, 'session ended')
      } catch (error) {
        unsure.add(connection)
        failures.push(error)
      }
      if (++checked % sessionsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // One of them says what is wrong; there may be as many as there are sockets.
    if (failures.length > 0) log.failure('chat sessions', failures[0])
  }

  const all = () => [...users.values()].flatMap(({ connections }) => [...connections])

  let { version } = store.sessions.endedSince(0)
  let isWalkDue = false
  let isWalking = false
  const checkAll = async () => {
    if (isWalking || users.size === 0) return
    isWalking = true
    isWalkDue = false
    await checkSessions(all())
    isWalking = false
  }
  const checkIfEnded = () => {
    if (users.size === 0) return
    const connections = [...unsure]
    unsure.clear()
    try {
      const ended = store.sessions.endedSince(version)
      version = ended.version
      isWalkDue ||= ended.hashes === null
      for (const hash of ended.hashes ?? []) connections.push(...(bySession.get(hash) ?? []))
    } catch (error) {
      log.failure('chat sessions', error)
    }
    void checkSessions(connections)
    if (isWalkDue) void checkAll()
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
      const { userId, session } = connection.owner
      const ofSession = bySession.get(session)
      if (ofSession) ofSession.add(connection)
      else bySession.set(session, new Set([connection]))
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
      const { userId, session } = connection.owner
      unsure.delete(connection)
      const ofSession = bySession.get(session)
      ofSession?.delete(connection)
      if (ofSession?.size === 0) bySession.delete(session)
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
