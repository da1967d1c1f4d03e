/** Following: a fact like a like, with its two lists and its two counts. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'

const api = useServer()
let ann: act.Account
let bob: act.Account

beforeAll(async () => {
  ;[ann, bob] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
})

test('a follow counts once however often it is made, and is gone once taken back', async () => {
  for (const on of [true, true, false, false, true, false]) {
    await act.follow(api, ann, bob, on)
    const count = on ? 1 : 0
    expect(await act.profileOf(api, ann, bob)).toMatchObject({
      is_follow: on,
      follower_count: count,
      follow_count: 0,
    })
    expect(await act.profileOf(api, bob, ann)).toMatchObject({
      is_follow: false,
      follower_count: 0,
      follow_count: count,
    })
    expect(await idsOf(to.follows, ann)).toEqual(on ? [bob.id] : [])
    expect(await idsOf(to.followsMisspelt, ann)).toEqual(on ? [bob.id] : [])
    expect(await idsOf(to.followers, bob)).toEqual(on ? [ann.id] : [])
    expect(await idsOf(to.follows, bob)).toEqual([])
    expect(await idsOf(to.followers, ann)).toEqual([])
  }
})

test('nobody follows themselves', async () => {
  for (const via of ['query', 'json', 'urlencoded'] as const) {
    await api.refused(
      to.relation,
      { token: ann.token, to_user_id: ann.id, action_type: 1 },
      { via },
    )
  }
  expect(await act.profileOf(api, ann, ann)).toMatchObject({
    is_follow: false,
    follow_count: 0,
    follower_count: 0,
  })
})

test('two may follow each other, and one may stop', async () => {
  const [one, two] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
  await Promise.all([act.follow(api, one, two), act.follow(api, two, one)])
  for (const [a, b] of [
    [one, two],
    [two, one],
  ] as const) {
    expect(await act.profileOf(api, a, b)).toMatchObject({
      is_follow: true,
      follow_count: 1,
      follower_count: 1,
    })
  }
  await act.follow(api, one, two, false)
  expect(await act.profileOf(api, one, two)).toMatchObject({ is_follow: false, follow_count: 1 })
  expect(await act.profileOf(api, two, one)).toMatchObject({ is_follow: true, follow_count: 0 })
})

describe('at once', () => {
  test('fifty followers count fifty', async () => {
    const star = await act.newcomer(api)
    const people = await act.newcomers(api, 50)
    await Promise.all(people.map((person) => act.follow(api, person, star)))
    expect(await act.profileOf(api, ann, star)).toMatchObject({ follower_count: 50 })
    expect((await idsOf(to.followers, star)).toSorted(byNumber)).toEqual(
      people.map(({ id }) => id).toSorted(byNumber),
    )
    await Promise.all(people.slice(20).map((person) => act.follow(api, person, star, false)))
    expect(await act.profileOf(api, ann, star)).toMatchObject({ follower_count: 20 })
  })

  test('twenty follows of one person count one', async () => {
    const [one, two] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
    await Promise.all(Array.from({ length: 20 }, () => act.follow(api, one, two)))
    expect(await act.profileOf(api, one, two)).toMatchObject({ follower_count: 1 })
    expect(await act.profileOf(api, one, one)).toMatchObject({ follow_count: 1 })
  })

  test('follows and their taking back leave counts that agree with the lists', async () => {
    const [one, two] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
    await Promise.all(Array.from({ length: 31 }, (_, i) => act.follow(api, one, two, i % 2 === 0)))
    const { is_follow, follower_count } = await act.profileOf(api, one, two)
    expect(follower_count).toBe(is_follow ? 1 : 0)
    expect(await idsOf(to.followers, two)).toHaveLength(follower_count)
    expect(await act.profileOf(api, two, one)).toMatchObject({ follow_count: follower_count })
  })
})

test('is_follow in a list is of whoever asks, not of whose list it is', async () => {
  const [star, fan, viewer] = (await act.newcomers(api, 3)) as act.Account[]
  await act.follow(api, fan!, star!)
  await act.follow(api, viewer!, fan!)
  const asked: [endpoint: typeof to.follows, whose: act.Account, who: act.Account, is: boolean][] =
    [
      [to.follows, fan!, fan!, true],
      [to.follows, fan!, viewer!, false],
      [to.followers, star!, viewer!, true],
      [to.followers, star!, star!, false],
    ]
  for (const [endpoint, whose, who, is_follow] of asked) {
    const { user_list } = await api.ok(endpoint, { token: who.token, user_id: whose.id })
    expect(user_list).toMatchObject([{ is_follow }])
    const anonymous = await api.ok(endpoint, { user_id: whose.id })
    expect(anonymous.user_list).toMatchObject([{ is_follow: false }])
  }
})

async function idsOf(endpoint: typeof to.follows, whose: act.Account): Promise<number[]> {
  const { user_list } = await api.ok(endpoint, { token: whose.token, user_id: whose.id })
  return user_list.map(({ id }) => id)
}

function byNumber(a: number, b: number): number {
  return a - b
}
