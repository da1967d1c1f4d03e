import { useEffect } from 'preact/hooks'
import { api, type Conversation, type Friend, type User } from '../lib/api.ts'
import { shortTime, words } from '../lib/language.ts'
import { keep, paged } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { messagesIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { latest, learnConversations } from './inbox-state.ts'
import { connected } from './socket.ts'
import { unread } from './unread.ts'

/** Conversations, the one last written with first. */
export function Inbox() {
  const w = words.value
  const list = keep('friends', () =>
    paged<Friend>(
      async (cursor) => {
        const page = await api.friends({ user_id: undefined, cursor, limit: 50 })
        return { items: page.user_list, next: page.next_cursor ?? '' }
      },
      ({ id }) => id,
    ),
  )
  const talks = keep('conversations', () =>
    paged<Conversation>(
      async (cursor) => {
        const asker = session.peek()?.userId
        const page = await api.conversations({ cursor, limit: 50 })
        learnConversations(page.conversation_list, asker)
        return { items: page.conversation_list, next: page.next_cursor ?? '' }
      },
      ({ user }) => user.id,
    ),
  )
  useEffect(() => {
    void talks.more()
    void list.more()
  }, [talks, list])
  const news = latest.value
  // Whom one may write to comes after those whom one has.
  const people = new Map<number, User>()
  for (const { user } of Object.values(news)) if (user) people.set(user.id, user)
  for (const friend of list.items.value) if (!people.has(friend.id)) people.set(friend.id, friend)
  const friends = [...people.values()].toSorted(
    (a, b) => (news[b.id]?.at ?? 0) - (news[a.id]?.at ?? 0),
  )
  const empty = friends.length === 0 && list.state.value === 'done' && talks.state.value === 'done'
  return (
    <div class="page">
      <PageHead title={w.messages} back={false}>
        {!connected.value && <small class="soft">{w.connecting}</small>}
      </PageHead>
      {empty && <Notice icon={messagesIcon} title={w.noMessages} body={w.wakeFollow} />}
      <ul class="people">
        {friends.map((friend) => {
          const last = news[friend.id]
          const count = unread.value[friend.id] ?? 0
          return (
            <li key={friend.id} class="person">
              <a href={`/messages/${friend.id}`} class="person-link">
                <Avatar user={friend} size={52} />
                <span class="person-text">
                  <b>
                    <bdi>{friend.name}</bdi>
                  </b>
                  <small class={count > 0 ? 'fresh' : ''}>
                    {last?.mine && '↩ '}
                    <bdi>{last?.text ?? w.startChat}</bdi>
                  </small>
                </span>
                {last && <time class="soft">{shortTime(last.at)}</time>}
                {count > 0 && <span class="badge">{count > 99 ? '99+' : count}</span>}
              </a>
            </li>
          )
        })}
      </ul>
      <ListEnd list={talks} />
      <ListEnd list={list} />
    </div>
  )
}
