/** The friend list: flat users with the newest message and its direction; who is a friend is a setting. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import type { Client } from './client.ts'
import * as to from './endpoints.ts'
import { ownServer, useServer } from './server.ts'

const Received = 0
const Sent = 1

/** A star with a follower whom they follow back, one whom they don't, and one whom only they follow. */
interface People {
  star: act.Account
  mutual: act.Account
  follower: act.Account
  followed: act.Account
}

describe('friends are all followers, as the spec says', () => {
  const api = useServer()
  let people: People

  beforeAll(async () => {
    people = await meet(api)
  })

  test('whether followed back or not; without a message "" and still a msgType', async () => {
    const { star, mutual, follower } = people
    const friends = await friendsOf(api, star)
    expect(friends.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
      [mutual.id, follower.id].toSorted((a, b) => a - b),
    )
    for (const friend of friends) {
      expect(friend).toMatchObject({ message: '', is_follow: friend.id === mutual.id })
      expect([Received, Sent]).toContain(friend.msgType)
    }
  })

  test('the newest message of either side, seen from either side', async () => {
    const { star, mutual } = people
    for (const [from, whom] of [
      [star, mutual],
      [mutual, star],
      [mutual, star],
      [star, mutual],
    ] as const) {
      const message = act.unique()
      await act.write(api, from, whom, message)
      expect(await friendOf(api, from, whom)).toMatchObject({ message, msgType: Sent })
      expect(await friendOf(api, whom, from)).toMatchObject({ message, msgType: Received })
    }
  })

  test('the last of a burst is the one that the chat ends with', async () => {
    const { star, mutual } = people
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        i % 2 === 0 ? act.write(api, star, mutual, `${i}`) : act.write(api, mutual, star, `${i}`),
      ),
    )
    const last = (await act.chatOf(api, star, mutual)).at(-1)!
    expect(await friendOf(api, star, mutual)).toMatchObject({
      message: last.content,
      msgType: last.from_user_id === star.id ? Sent : Received,
    })
  })

  test('a message to another is not shown for this one', async () => {
    const { star, mutual, follower } = people
    const message = act.unique()
    await act.write(api, star, follower, message)
    expect((await friendOf(api, star, mutual)).message).not.toBe(message)
    expect(await friendOf(api, star, follower)).toMatchObject({ message, msgType: Sent })
  })

  test('somebody else’s list shows nobody’s messages but one’s own', async () => {
    const { star, mutual, follower } = people
    const secret = act.unique('secret ')
    await act.write(api, star, mutual, secret)
    for (const token of [follower.token, 'nonsense', '']) {
      const answer = await api.call(to.friends, { token, user_id: star.id })
      expect(JSON.stringify(answer)).not.toContain(secret)
    }
    const anonymous = await api.call(to.friends, { user_id: star.id })
    expect(JSON.stringify(anonymous)).not.toContain(secret)
  })

  // The list is the app's inbox: a message of somebody who isn't in it is never found.
  test('whoever wrote is in it, and whoever was written to, the last written with first', async () => {
    const [me, ...strangers] = (await act.newcomers(api, 4)) as [act.Account, ...act.Account[]]
    const [one, two, three] = strangers as [act.Account, act.Account, act.Account]
    await act.write(api, one, me, 'from one')
    await act.write(api, me, two, 'to two')
    await act.follow(api, three, me)
    expect(await friendsOf(api, me)).toMatchObject([
      { id: two.id, message: 'to two', msgType: Sent, is_follow: false },
      { id: one.id, message: 'from one', msgType: Received, is_follow: false },
      { id: three.id, message: '' },
    ])
    expect(await friendsOf(api, two)).toMatchObject([
      { id: me.id, message: 'to two', msgType: Received },
    ])
    await act.write(api, me, one, 'to one')
    expect((await friendsOf(api, me)).map(({ id }) => id)).toEqual([one.id, two.id, three.id])
  })

  test('somebody without friends has []', async () => {
    expect(await friendsOf(api, await act.newcomer(api))).toEqual([])
  })
})

describe.skipIf(!ownServer)('with --friends mutual', () => {
  const api = useServer('--friends', 'mutual')

  test('friends are those who follow each other', async () => {
    const { star, mutual, follower, followed } = await meet(api)
    expect((await friendsOf(api, star)).map(({ id }) => id)).toEqual([mutual.id])
    expect((await friendsOf(api, mutual)).map(({ id }) => id)).toEqual([star.id])
    for (const single of [follower, followed]) expect(await friendsOf(api, single)).toEqual([])

    const message = act.unique()
    await act.write(api, mutual, star, message)
    expect(await friendsOf(api, star)).toMatchObject([{ message, msgType: Received }])

    await act.follow(api, star, mutual, false)
    // Who has a conversation stays in the inbox, whoever follows whom.
    expect(await friendsOf(api, star)).toMatchObject([{ id: mutual.id, message }])
    expect(await friendsOf(api, mutual)).toMatchObject([{ id: star.id, message }])

    const stranger = await act.newcomer(api)
    await act.write(api, stranger, star, 'hello')
    expect(await friendsOf(api, star)).toMatchObject([
      { id: stranger.id, message: 'hello', msgType: Received },
      { id: mutual.id },
    ])
  })
})

async function meet(api: Client): Promise<People> {
  const [star, mutual, follower, followed] = (await act.newcomers(api, 4)) as [
    act.Account,
    act.Account,
    act.Account,
    act.Account,
  ]
  await act.follow(api, mutual, star)
  await act.follow(api, star, mutual)
  await act.follow(api, follower, star)
  await act.follow(api, star, followed)
  return { star, mutual, follower, followed }
}

async function friendsOf(api: Client, who: act.Account) {
  return (await api.ok(to.friends, { token: who.token, user_id: who.id })).user_list
}

async function friendOf(api: Client, who: act.Account, friend: act.Account) {
  const found = (await friendsOf(api, who)).find(({ id }) => id === friend.id)
  expect(found).toBeDefined()
  return found!
}
