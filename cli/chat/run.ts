import type { Account } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'
import { type LoginOptions, logIn } from '../lib/login.ts'
import { clean, plural } from '../lib/text.ts'
import { connect, type Message } from './connection.ts'
import { findPerson, historyOf, type Person } from './people.ts'
import { createPipe, createTerminal, type Screen } from './screen.ts'

/** Options of `douyin chat`. */
export interface ChatOptions extends LoginOptions {
  readonly history: string
}

/** `douyin chat`. @throws Failure if there is no such server or person, or a line was refused */
export async function chat(who: string, options: ChatOptions): Promise<void> {
  const history = /^\d{1,6}$/.test(options.history) ? Number(options.history) : null
  if (history === null) throw new Failure(`--history: '${options.history}' is not a number.`, 2)
  const account = await logIn(options)
  await talk(account, await findPerson(account, who), history)
}

async function talk(account: Account, peer: Person, history: number): Promise<void> {
  const early: Message[] = []
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  let screen: Screen | null = null
  let refused = 0
  let connected = true

  const show = (message: Message) => {
    if (message.from_user_id !== peer.id && message.to_user_id !== peer.id) return
    if (!screen) return void early.push(message)
    screen.show(message)
    if (message.from_user_id === peer.id) connection.read(message)
  }
  const connection = await connect(account, {
    message: show,
    refused(content, reason) {
      refused++
      screen?.remark(`not sent: ${clean(content).slice(0, 40)}: ${reason}`)
    },
    state(now) {
      if (now !== connected) screen?.remark(now ? 'connected again' : 'connection lost, trying …')
      connected = now
    },
    ended: over.reject,
  })

  // The history is asked for once messages are pushed, so that none falls between the two.
  const before = await historyOf(account, peer, history)
  screen = process.stdin.isTTY && process.stdout.isTTY ? createTerminal(peer) : createPipe()
  for (const message of before) screen.show(message)
  const shown = before.at(-1)?.id ?? 0
  for (const message of early) if (message.id > shown) show(message)
  const unread = before.findLast((message) => message.from_user_id === peer.id)
  if (unread) connection.read(unread)

  try {
    await Promise.race([sendAll(screen, connection.send, peer.id), over.promise])
  } finally {
    screen.close()
    connection.close()
  }
  if (refused > 0) throw new Failure(`${plural(refused, 'line')} could not be sent.`)
}

/** Messages sent and not stored yet; more lines are read only after that. */
const maxUnstored = 200

/** Sends every line, and waits until the last one is stored. */
async function sendAll(
  { lines }: Screen,
  send: (toUserId: number, content: string) => Promise<void>,
  peerId: number,
): Promise<void> {
  const unstored = new Set<Promise<void>>()
  for await (const line of lines) {
    if (line.trim() === '') continue
    const one = send(peerId, line).finally(() => unstored.delete(one))
    unstored.add(one)
    if (unstored.size >= maxUnstored) await Promise.race(unstored)
  }
  await Promise.all(unstored)
}
