import type { Bus, BusEvent } from '../../bus/bus.ts'
import type { Authenticate } from '../../http/endpoint/auth.ts'
import type { Log } from '../../http/server/log.ts'
import type { Device } from './connection.ts'
import { messageText } from './frames.ts'
import type { Link } from './transport.ts'

/** All open sockets of this process, by user. */
export interface Devices {
  /** Listens for the device's user; the oldest of a user who has too many is closed. */
  add(device: Device): void
  remove(device: Device): void
  close(): void
}

/** Sockets that one user may have open. */
const mostPerUser = 100

/** Sessions that are looked up before others have their turn. */
const slice = 100

/** Close code for a session that ended: reconnecting with the same token is of no use. */
export const sessionEnded = 4401

/** ms between two looks at the sessions of open sockets, and at those that take nothing. */
export interface Intervals {
  readonly sessions: number
  readonly progress: number
}

/** Keeps nothing and no timer as long as there is no device. */
export function createDevices(
  { bus, log, authenticate }: { bus: Bus; log: Log; authenticate: Authenticate },
  clogged: Set<Link>,
  intervals: Intervals,
): Devices {
  const users = new Map<number, { devices: Set<Device>; unsubscribe: () => void }>()
  let timers: Timer[] = []

  const hear = (devices: Set<Device>, event: BusEvent) => {
    if (event.type === 'sessions') return void check(devices)
    const text = event.type === 'message' ? messageText(event.message) : event.frame
    for (const device of devices) {
      if (event.type === 'message') device.arrived(event, text)
      else if (event.by !== device.key) device.signalled(text)
    }
  }

  /** Closes those whose session has ended; a session that is in use here goes on. */
  const check = async (devices: Iterable<Device>) => {
    try {
      let looked = 0
      for (const device of [...devices]) {
        const viewer = await authenticate(device.owner.token)
        if (viewer?.id !== device.owner.userId) device.link.close(sessionEnded, 'session ended')
        if (++looked % slice === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    } catch (error) {
      log.failure('chat sessions', error)
    }
  }

  const checkAll = async () => {
    for (const { devices } of [...users.values()]) await check(devices)
  }

  const start = () => {
    timers = [
      setInterval(checkAll, intervals.sessions),
      setInterval(() => {
        for (const link of clogged) link.checkProgress()
      }, intervals.progress),
    ]
    for (const timer of timers) timer.unref()
  }

  const stop = () => {
    for (const timer of timers) clearInterval(timer)
    timers = []
  }

  return {
    add(device) {
      const { userId } = device.owner
      const entry = users.get(userId)
      if (entry) {
        entry.devices.add(device)
        if (entry.devices.size > mostPerUser) {
          const [oldest] = entry.devices
          oldest?.link.close(1008, 'too many connections')
        }
        return
      }
      const devices = new Set([device])
      const unsubscribe = bus.subscribe(userId, (event) => hear(devices, event))
      users.set(userId, { devices, unsubscribe })
      if (timers.length === 0) start()
    },

    remove(device) {
      const entry = users.get(device.owner.userId)
      if (!entry?.devices.delete(device) || entry.devices.size > 0) return
      entry.unsubscribe()
      users.delete(device.owner.userId)
      if (users.size === 0) stop()
    },

    close() {
      stop()
      for (const { devices } of [...users.values()]) {
        for (const device of [...devices]) device.link.close(1001, 'going away')
      }
    },
  }
}
