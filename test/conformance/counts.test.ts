/**
 * Counts after any sequence: many people do many things at once, and then every count that is shown anywhere must
 * be the length of the list that it counts. A count kept beside its rows instead of with them drifts here.
 */
import { beforeAll, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { User, Video } from './shapes.ts'

const api = useServer()
let people: act.Account[]
let videos: Video[]

beforeAll(async () => {
  people = await act.newcomers(api, 8)
  videos = await act.inParallel(12, 4, (i) => act.publishClip(api, people[i % 5]!))
  await doAtRandom(1500, 25)
})

test('of each person agree with their lists', async () => {
  for (const person of people) {
    const user = await act.profileOf(api, person, person)
    const works = await act.publishedBy(api, person)
    expect(user).toMatchObject({
      follow_count: (await usersOf(to.follows, person)).length,
      follower_count: (await usersOf(to.followers, person)).length,
      favorite_count: (await favoritesOf(person)).length,
      work_count: works.length,
      total_favorited: works.reduce((sum, video) => sum + video.favorite_count, 0),
    })
  }
})

test('of each video agree with who likes it and what is said', async () => {
  const liked = (await Promise.all(people.map(favoritesOf))).flat().map(({ id }) => id)
  for (const video of await current()) {
    expect(video.favorite_count).toBe(liked.filter((id) => id === video.id).length)
    const { comment_list } = await api.ok(to.comments, { video_id: video.id })
    expect(video.comment_count).toBe(comment_list.length)
  }
})

test('are the same wherever a person or a video is shown', async () => {
  const viewer = people[0]!
  const users = new Map<number, User>()
  for (const person of people) users.set(person.id, await act.profileOf(api, viewer, person))
  const works = new Map((await current(viewer)).map((video) => [video.id, video]))

  const { token } = viewer
  const shown = (await api.ok(to.feed, { token })).video_list
  for (const { id: user_id } of people) {
    shown.push(...(await api.ok(to.favorites, { token, user_id })).video_list)
  }
  for (const video of shown) {
    if (!works.has(video.id)) continue
    expect(video).toEqual(works.get(video.id)!)
    expect(video.author).toEqual(users.get(video.author.id)!)
  }
  for (const { id: user_id } of people) {
    for (const list of [to.follows, to.followers]) {
      const { user_list } = await api.ok(list, { token, user_id })
      for (const user of user_list) expect(user).toEqual(users.get(user.id)!)
    }
  }
  for (const { id: video_id } of videos) {
    const { comment_list } = await api.ok(to.comments, { token, video_id })
    for (const { user } of comment_list) expect(user).toEqual(users.get(user.id)!)
  }
})

test('of who follows whom agree from both ends', async () => {
  const follows = async (
    endpoint: typeof to.follows,
    pair: (me: number, other: number) => string,
  ) =>
    (
      await Promise.all(
        people.map(async (person) =>
          (await usersOf(endpoint, person)).map(({ id }) => pair(person.id, id)),
        ),
      )
    )
      .flat()
      .toSorted()
  const fromHere = await follows(to.follows, (me, other) => `${me} follows ${other}`)
  expect(fromHere).toEqual(await follows(to.followers, (me, other) => `${other} follows ${me}`))
  expect(new Set(fromHere).size).toBe(fromHere.length)
})

/** Likes, follows, comments and their taking back, by anybody of anything; the same each time but for the order. */
async function doAtRandom(many: number, width: number): Promise<void> {
  let state = 20_260
  const below = (n: number) => {
    // The generator of Numerical Recipes; its upper bits are random enough here.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const said: { who: act.Account; video: Video; id: number }[] = []
  await act.inParallel(many, width, async () => {
    const [who, other] = [people[below(people.length)]!, people[below(people.length)]!]
    const video = videos[below(videos.length)]!
    const on = below(2) === 0
    const what = below(4)
    if (what < 2) await act.like(api, who, video, on)
    else if (what === 2 && who !== other) await act.follow(api, who, other, on)
    else if (on) said.push({ who, video, id: (await act.say(api, who, video, 'x')).id })
    else if (said.length > 0) {
      const gone = said[below(said.length)]!
      await api.call(to.commenting, {
        token: gone.who.token,
        video_id: gone.video.id,
        action_type: 2,
        comment_id: gone.id,
      })
    }
  })
}

/** All videos as `viewer` sees them in the lists of their authors. */
async function current(viewer?: act.Account): Promise<Video[]> {
  const token = viewer === undefined ? {} : { token: viewer.token }
  const lists = await Promise.all(
    people.map(({ id: user_id }) => api.ok(to.published, { ...token, user_id })),
  )
  return lists.flatMap(({ video_list }) => video_list)
}

async function favoritesOf(person: act.Account): Promise<Video[]> {
  const { token, id: user_id } = person
  return (await api.ok(to.favorites, { token, user_id })).video_list
}

async function usersOf(endpoint: typeof to.follows, person: act.Account): Promise<User[]> {
  return (await api.ok(endpoint, { token: person.token, user_id: person.id })).user_list
}
