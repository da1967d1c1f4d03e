import { type Account, call, refusalIn } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'
import { clean } from '../lib/text.ts'
import type { Message } from './connection.ts'

/** The user to chat with. */
export interface Person {
  readonly id: number
  readonly name: string
}

/** Finds the user to chat with; digits are tried as an id first, then as a name. @throws Failure, ConnectionError */
export async function findPerson(account: Account, who: string): Promise<Person> {
  const queries = /^[1-9]\d{0,15}$/.test(who) ? ['user_id', 'name'] : ['name']
  const self = await call(account, '/douyin/user/')
  if (self.status_code !== 0) throw refusalIn(account, self)
  let reason = ''
  for (const query of queries) {
    const answer = await call(account, `/douyin/user/?${query}=${encodeURIComponent(who)}`)
    if (answer.status_code === 0) return other(answer.user as Person, self.user as Person)
    reason = String(answer.status_msg)
  }
  throw new Failure(`${clean(who)}: ${reason}.`)
}

function other(person: Person, self: Person): Person {
  if (person.id !== self.id) return person
  throw new Failure(`You are ${clean(self.name)} yourself; name somebody else.`)
}

/** The last messages of a conversation, oldest first. @throws Failure, ConnectionError */
export async function historyOf(account: Account, peer: Person, limit: number): Promise<Message[]> {
  const messages: Message[] = []
  for (let isMore = limit > 0; isMore; ) {
    const most = Math.min(limit - messages.length, pageSize)
    const query = `to_user_id=${peer.id}&limit=${most}&before=${messages[0]?.id ?? 0}`
    const answer = await call(account, `/douyin/message/chat/?${query}`)
    if (answer.status_code !== 0) throw refusalIn(account, answer)
    const page = answer.message_list as Message[]
    messages.unshift(...page)
    isMore = page.length === most && messages.length < limit
  }
  // A server of before sends the whole conversation.
  return messages.slice(Math.max(0, messages.length - limit))
}

/** Messages of one response at most. */
const pageSize = 1000
