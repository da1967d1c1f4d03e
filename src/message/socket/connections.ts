import type { Bus, BusEvent } from '../../bus/bus.ts'
import type { Authenticate } from '../../http/endpoint/auth.ts'
import type { Log } from '../../http/server/log.ts'
import type { Connection } from './connection.ts'
import { messageText } from './frames.ts'
import type { Transport } from './transport.ts'

/** All open sockets of this process, by user. */
export interface Connections {
  /** Subscribes to the bus for its user; the oldest of a user who has too many is closed. */
  add(connection: Connection): void
  remove(connection: Connection): void
  close(): void
}

const maxSocketsPerUser = 100

/** Sessions that are checked before other work of the event loop has its turn. */
const sessionsPerTurn = 100

/** Close code for a session that ended: to reconnect with the same token is of no use. */
const sessionEnded = 4401

/** How often the sessions of open sockets are checked, and the progress of those that are full. */
export interface CheckIntervals {
  readonly sessionsMs: number
  readonly progressMs: number
}

interface Services {
  readonly bus: Bus
  readonly log: Log
  readonly authenticate: Authenticate
}

/** Holds nothing and runs no timer while there is no connection. */
export function createConnections(
  { bus, log, authenticate }: Services,
  allFull: ReadonlySet<Transport>,
  { sessionsMs, progressMs }: CheckIntervals,
): Connections {
  const users = new Map<number, { connections: Set<Connection>; unsubscribe: () => void }>()
  let timers: Timer[] = []

  const deliver = (connections: Set<Connection>, event: BusEvent) => {
    if (event.type === 'sessions') return void checkSessions(connections)
    const text = event.type === 'message' ? messageText(event.message) : event.frame
    for (const connection of connections) {
      if (event.by === connection.key) continue
      if (event.type === 'message') connection.deliver(event, text)
      else connection.signal(text)
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

  const checkAllSessions = async () => {
    for (const { connections } of [...users.values()]) await checkSessions(connections)
  }

  const checkProgress = () => {
    for (const transport of allFull) transport.checkProgress()
  }

  const startTimers = () => {
    timers = [setInterval(checkAllSessions, sessionsMs), setInterval(checkProgress, progressMs)]
    for (const timer of timers) timer.unref()
  }

  const stopTimers = () => {
    for (const timer of timers) clearInterval(timer)
    timers = []
  }

  return {
    add(connection) {
      const { userId } = connection.owner
      const entry = users.get(userId)
      if (entry) {
        entry.connections.add(connection)
        if (entry.connections.size > maxSocketsPerUser) {
          const [oldest] = entry.connections
          oldest?.transport.close(1008, 'too many connections')
        }
        return
      }
      const connections = new Set([connection])
      const unsubscribe = bus.subscribe(userId, (event) => deliver(connections, event))
      users.set(userId, { connections, unsubscribe })
      if (timers.length === 0) startTimers()
    },

    remove(connection) {
      const { userId } = connection.owner
      const entry = users.get(userId)
      if (!entry?.connections.delete(connection) || entry.connections.size > 0) return
      entry.unsubscribe()
      users.delete(userId)
      if (users.size === 0) stopTimers()
    },

    close() {
      stopTimers()
      for (const { connections } of [...users.values()]) {
        for (const { transport } of [...connections]) transport.close(1001, 'going away')
      }
    },
  }
}
