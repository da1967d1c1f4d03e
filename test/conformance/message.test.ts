/** Chat as the app polls it: nothing shown twice, nothing missed, nothing shown to strangers. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { noTimes } from './no-times.ts'
import { useServer } from './server.ts'
import type { Message } from './shapes.ts'

const api = useServer()
let ann: act.Account
let bob: act.Account

beforeAll(async () => {
  ;[ann, bob] = await pair()
})

describe('a message has 1 to 2,000 characters, counted as people count them', () => {
  for (const text of ['x', '好', '😀', 'x'.repeat(2000), '汉'.repeat(2000), '😀'.repeat(2000)]) {
    test(`takes ${[...text].length} of ${[...text][0]}`, async () => {
      await api.ok(to.messaging, sending(ann, bob, text), { via: 'urlencoded' })
      expect((await act.chatOf(api, bob, ann)).at(-1)).toMatchObject({ content: text })
    })
  }
  for (const text of ['', 'x'.repeat(2001), '汉'.repeat(2001), '😀'.repeat(2001)]) {
    test(`refuses ${[...text].length} of ${[...text][0] ?? 'nothing'}`, async () => {
      const before = await act.chatOf(api, bob, ann)
      for (const via of ['urlencoded', 'json'] as const) {
        await api.refused(to.messaging, sending(ann, bob, text), { via })
      }
      expect(await act.chatOf(api, bob, ann)).toEqual(before)
    })
  }
})

describe('the whole history', () => {
  test('is of both sides, oldest first, and the same for both', async () => {
    const [one, two] = await pair()
    const said: [from: act.Account, whom: act.Account, content: string][] = []
    for (let i = 0; i < 12; i++)
      said.push([...(i % 3 === 0 ? [two, one] : [one, two]), `${i}`] as never)
    for (const [from, whom, content] of said) await act.write(api, from, whom, content)
    const history = await act.chatOf(api, one, two)
    expect(history).toMatchObject(
      said.map(([from, whom, content]) => ({
        from_user_id: from.id,
        to_user_id: whom.id,
        content,
      })),
    )
    expect(await act.chatOf(api, two, one)).toEqual(history)
    expect(new Set(history.map(({ id }) => id)).size).toBe(12)
  })

  test('comes without pre_msg_time as with 0', async () => {
    await act.write(api, ann, bob, act.unique())
    const { message_list } = await api.ok(to.chat, { token: ann.token, to_user_id: bob.id })
    expect(message_list).toEqual(await act.chatOf(api, ann, bob, 0))
    expect(message_list).not.toBeEmpty()
  })

  test('of two who never wrote is []', async () => {
    const [one, two] = await pair()
    expect(await act.chatOf(api, one, two)).toEqual([])
    expect(await act.chatOf(api, one, two, Date.now())).toEqual([])
  })

  test('has times that never fall, in Unix milliseconds', async () => {
    await Promise.all(Array.from({ length: 20 }, () => act.write(api, ann, bob, act.unique())))
    const times = (await act.chatOf(api, ann, bob)).map((message) => Number(message.create_time))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
})

describe('pre_msg_time', () => {
  test('shows only what is newer, and only of the other side', async () => {
    const [one, two] = await pair()
    await act.write(api, one, two, 'one first')
    await act.write(api, two, one, 'two first')
    const held = (await act.chatOf(api, one, two)).at(-1)!.create_time
    expect(await act.chatOf(api, one, two, held)).toEqual([])
    expect(await act.chatOf(api, two, one, held)).toEqual([])
    await act.write(api, one, two, 'one again')
    await act.write(api, two, one, 'two again')
    await act.write(api, two, one, 'two once more')
    const polled = async (who: act.Account, whom: act.Account, since: string) =>
      (await act.chatOf(api, who, whom, since)).map(({ content }) => content)
    expect(await polled(one, two, held)).toEqual(['two again', 'two once more'])
    expect(await polled(two, one, held)).toEqual(['one again'])
    const newest = (await act.chatOf(api, one, two)).at(-1)!.create_time
    expect(await polled(one, two, newest)).toEqual([])
  })

  test('of any message shows exactly the later ones of the other side', async () => {
    const [one, two] = await pair()
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? act.write(api, one, two, `${i}`) : act.write(api, two, one, `${i}`),
      ),
    )
    const history = await act.chatOf(api, one, two)
    expect(history).toHaveLength(40)
    for (const [i, { create_time }] of history.entries()) {
      const behind = history.slice(i + 1).filter(({ from_user_id }) => from_user_id === two.id)
      expect(await act.chatOf(api, one, two, create_time)).toEqual(behind)
    }
  })

  for (const pre_msg_time of noTimes) {
    test(`${JSON.stringify(pre_msg_time)} gets the envelope`, async () => {
      await api.call(to.chat, { token: ann.token, to_user_id: bob.id, pre_msg_time })
    })
  }
})

describe('a phone that polls while others write', () => {
  test('holds each message once when bursts share a millisecond', async () => {
    const [one, two] = await pair()
    const phone = openPhone(one, two)
    await phone.poll()
    const sending = act.inParallel(150, 30, (i) => act.write(api, two, one, `${i}`))
    await phone.pollUntil(sending)
    const history = await act.chatOf(api, one, two)
    expect(phone.held).toEqual(history)
    expect(new Set(history.map(({ content }) => content)).size).toBe(150)
  })

  test('misses none of the other side while its own side writes too', async () => {
    const [one, two] = await pair()
    const phones = [openPhone(one, two), openPhone(two, one)]
    for (const phone of phones) await phone.poll()
    const sending = Promise.all([
      act.inParallel(80, 10, (i) => act.write(api, one, two, `one ${i}`)),
      act.inParallel(80, 10, (i) => act.write(api, two, one, `two ${i}`)),
    ])
    await Promise.all(phones.map((phone) => phone.pollUntil(sending)))
    const history = await act.chatOf(api, one, two)
    expect(history).toHaveLength(160)
    for (const [i, other] of [two, one].entries()) {
      const theirs = (said: Message) => said.from_user_id === other.id
      expect(phones[i]!.held.filter(theirs)).toEqual(history.filter(theirs))
    }
  })

  test('misses none when it opens the chat in the middle of a burst', async () => {
    // Its newest message may then be its own: one of the other side committed later with an earlier time is lost.
    const [one, two] = await pair()
    const sending = Promise.all([
      act.inParallel(60, 10, (i) => act.write(api, one, two, `one ${i}`)),
      act.inParallel(60, 10, (i) => act.write(api, two, one, `two ${i}`)),
    ])
    const phones = await act.inParallel(10, 1, async () => {
      const phone = openPhone(one, two)
      await phone.poll()
      return phone
    })
    await Promise.all(phones.map((phone) => phone.pollUntil(sending)))
    const theirs = (said: Message) => said.from_user_id === two.id
    const history = (await act.chatOf(api, one, two)).filter(theirs)
    for (const phone of phones) expect(phone.held.filter(theirs)).toEqual(history)
  })
})

describe('a chat belongs to two', () => {
  test('another user sees nothing of it, nor does a caller without a token', async () => {
    const secret = act.unique('secret ')
    await act.write(api, ann, bob, secret)
    const stranger = await act.newcomer(api)
    for (const whom of [ann, bob]) {
      expect(await act.chatOf(api, stranger, whom)).toEqual([])
      for (const token of ['', 'nonsense']) {
        const answer = await api.refused(to.chat, { token, to_user_id: whom.id })
        expect(answer.message_list).toEqual([])
      }
    }
    await act.write(api, stranger, bob, 'hello')
    expect(JSON.stringify(await act.chatOf(api, stranger, bob))).not.toContain(secret)
    expect(await act.chatOf(api, stranger, bob)).toHaveLength(1)
  })

  test('the sender is whoever the token says, whatever else is sent along', async () => {
    const [one, two] = await pair()
    const forged = { ...sending(one, two, 'x'), from_user_id: bob.id, user_id: bob.id }
    await api.ok(to.messaging, forged)
    expect(await act.chatOf(api, two, one)).toMatchObject([{ from_user_id: one.id, content: 'x' }])
    expect(await act.chatOf(api, two, bob)).toEqual([])
  })
})

/** The app's own bookkeeping: it asks from the newest message that it holds, and appends what it gets. */
function openPhone(me: act.Account, other: act.Account) {
  const held: Message[] = []
  const poll = async () => {
    held.push(...(await act.chatOf(api, me, other, held.at(-1)?.create_time ?? 0)))
  }
  return {
    held,
    poll,
    /** Polls as long as `sending` goes on, and once more. */
    async pollUntil(sending: Promise<unknown>) {
      let going = true
      const over = sending.finally(() => {
        going = false
      })
      while (going) await poll()
      await over
      await poll()
    },
  }
}

function sending(from: act.Account, whom: act.Account, content: string) {
  return { token: from.token, to_user_id: whom.id, action_type: 1, content }
}

async function pair(): Promise<[act.Account, act.Account]> {
  return (await act.newcomers(api, 2)) as [act.Account, act.Account]
}
