import type { Account } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'
import { type LoginOptions, withAccount } from '../lib/login.ts'
import { clean, plural } from '../lib/text.ts'
import { type Connection, connect } from './connection.ts'
import { findPerson, historyOf, type Person } from './people.ts'
import { createPipe, createTerminal, type Screen } from './screen.ts'

/** `douyin chat`. @throws Failure if there is no such server or person, or a line was refused */
export async function chat(
  who: string,
  options: LoginOptions & { history: number },
): Promise<void> {
  const refused = await withAccount(options, async (account) => {
    const peer = await findPerson(account, who)
    return talk(account, peer, options.history)
  })
  if (refused > 0) throw new Failure(`${plural(refused, 'line')} could not be sent.`)
}

/** Returns how many lines were refused. */
async function talk(account: Account, peer: Person, history: number): Promise<number> {
  const opened = Promise.withResolvers<Screen>()
  let shown = 0
  const connection = await connect(account, {
    async message(message) {
      const screen = await opened.promise
      const theirs = message.from_user_id === peer.id
      if (message.id <= shown || !(theirs || message.to_user_id === peer.id)) return
      screen.show(message)
      if (theirs) connection.read(message)
    },
    async state(connected) {
      const screen = await opened.promise
      screen.remark(connected ? 'connected again' : 'connection lost, trying …')
    },
  })
  try {
    // The history is asked for once messages are pushed, so that none falls between the two.
    const before = await historyOf(account, peer, history)
    const screen = process.stdin.isTTY && process.stdout.isTTY ? createTerminal(peer) : createPipe()
    for (const message of before) screen.show(message)
    shown = before.at(-1)?.id ?? 0
    opened.resolve(screen)
    const unread = before.findLast((message) => message.from_user_id === peer.id)
    if (unread) connection.read(unread)
    try {
      return await Promise.race([sendAll(screen, connection, peer.id), connection.over])
    } finally {
      screen.close()
    }
  } finally {
    connection.close()
  }
}

/** Messages sent and not stored yet; more lines are read only after that. */
const maxUnstored = 200

/** Sends every line, and waits until the last one is stored; returns how many were refused. */
async function sendAll(screen: Screen, { send }: Connection, peerId: number): Promise<number> {
  const unstored = new Set<Promise<void>>()
  let refused = 0
  const sendOne = async (line: string) => {
    const reason = await send(peerId, line)
    if (reason === undefined) return
    refused++
    screen.remark(`not sent: ${clean(line).slice(0, 40)}: ${reason}`)
  }
  for await (const line of screen.lines) {
    if (line.trim() === '') continue
    const one = sendOne(line).finally(() => unstored.delete(one))
    unstored.add(one)
    if (unstored.size >= maxUnstored) await Promise.race(unstored)
  }
  await Promise.all(unstored)
  return refused
}
