import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer
let people: { id: number; token: string }[]
let author: { id: number; token: string }

beforeAll(async () => {
  server = await bootServer()
  ;[author, ...people] = (await storedUsers(server, 101)) as [typeof author, ...typeof people]
})
afterAll(() => server[Symbol.asyncDispose]())

const like = (token: string, videoId: number, on = true) =>
  call(server, 'POST', 'favorite/action/', {
    token,
    video_id: videoId,
    action_type: on ? 1 : 2,
  })

const follow = (token: string, userId: number, on = true) =>
  call(server, 'POST', 'relation/action/', {
    token,
    to_user_id: userId,
    action_type: on ? 1 : 2,
  })

const profile = async (userId: number) =>
  (await call(server, 'GET', 'user/', { token: author.token, user_id: userId })).user

const shown = async (videoId: number) =>
  (await call(server, 'GET', 'publish/list/', { user_id: author.id })).video_list.find(
    (video: { id: number }) => video.id === videoId,
  )

const codes = (answers: readonly { status_code: number }[]) => [
  ...new Set(answers.map((answer) => answer.status_code)),
]

/** Every count of the database beside what counting the rows says. */
async function drifted(): Promise<unknown[]> {
  const path = join(server.ctx.config.data, 'douyin.db')
  const database = new Database(path, { readonly: true })
  try {
    return database
      .query(
        `SELECT 'user' AS what, id FROM users u JOIN user_counts ON user_id = u.id WHERE
           follow_count <> (SELECT count(*) FROM follows f WHERE f.user_id = u.id)
           OR follower_count <> (SELECT count(*) FROM follows WHERE to_user_id = u.id)
           OR favorite_count <> (SELECT count(*) FROM favorites f WHERE f.user_id = u.id)
           OR work_count <> (SELECT count(*) FROM videos
             WHERE author_id = u.id AND published_at IS NOT NULL)
           OR total_favorited <> (SELECT count(*) FROM favorites f JOIN videos v ON v.id = f.video_id
             WHERE v.author_id = u.id)
         UNION ALL SELECT 'video', id FROM videos v JOIN video_counts ON video_id = v.id WHERE
           favorite_count <> (SELECT count(*) FROM favorites f WHERE f.video_id = v.id)
           OR comment_count <> (SELECT count(*) FROM comments c WHERE c.video_id = v.id)`,
      )
      .all()
  } finally {
    database.close()
  }
}

describe('at once', () => {
  test('a hundred likes of a hundred people are a hundred', async () => {
    const video = await storedVideo(server, author.id)
    const before = (await profile(author.id)).total_favorited
    const answers = await Promise.all(people.map(({ token }) => like(token, video)))
    expect(codes(answers)).toEqual([0])
    expect((await shown(video)).favorite_count).toBe(100)
    expect((await profile(author.id)).total_favorited).toBe(before + 100)
    expect(await drifted()).toEqual([])
  })

  test('a hundred likes of one person are one, and as many unlikes take back just that', async () => {
    const video = await storedVideo(server, author.id)
    const [{ token, id }] = people as [{ token: string; id: number }]
    const before = (await profile(id)).favorite_count
    const likes = await Promise.all(people.map(() => like(token, video)))
    expect(codes(likes)).toEqual([0])
    expect((await shown(video)).favorite_count).toBe(1)
    expect((await profile(id)).favorite_count).toBe(before + 1)
    await Promise.all(people.map(() => like(token, video, false)))
    expect((await shown(video)).favorite_count).toBe(0)
    expect((await profile(id)).favorite_count).toBe(before)
  })

  test('a storm of likes, follows and comments leaves every count equal to its rows', async () => {
    const videos = await Promise.all([1, 2, 3].map(() => storedVideo(server, author.id)))
    const answers = await Promise.all(
      Array.from({ length: 900 }, (_, at) => {
        const { token, id } = people[(at * 7) % people.length]!
        const video = videos[at % 3]!
        const on = (at * 13) % 5 < 3
        if (at % 3 === 0) return like(token, video, on)
        const whom = people[(at * 11 + 1) % people.length]!
        if (at % 3 === 1) return whom.id === id ? null : follow(token, whom.id, on)
        return call(server, 'POST', 'comment/action/', {
          token,
          video_id: video,
          action_type: 1,
          comment_text: `word ${at}`,
        })
      }),
    )
    expect(codes(answers.filter((answer) => answer !== null))).toEqual([0])
    expect(await drifted()).toEqual([])
    const { favorite_count, comment_count } = await shown(videos[0]!)
    const comments = await call(server, 'GET', 'comment/list/', { video_id: videos[0]! })
    expect(comments.comment_list).toHaveLength(comment_count)
    expect(favorite_count).toBeLessThanOrEqual(100)
  })

  test('likes of a video that is being removed are in its counts or refused', async () => {
    const video = await storedVideo(server, author.id)
    const half = people.slice(0, 50)
    const answers = await Promise.all([
      ...half.map(({ token }) => like(token, video)),
      server.ctx.store.videos.remove(video).then(() => ({ status_code: 0 })),
      ...people.slice(50).map(({ token }) => like(token, video)),
    ])
    expect(codes(answers).every((code) => code === 0 || code === 3001)).toBe(true)
    expect((await like(author.token, video)).status_code).toBe(3001)
    expect(await drifted()).toEqual([])
  })

  test('of fifty registrations of one name exactly one succeeds, with its password', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        call(server, 'POST', 'user/register/', { username: 'the-name', password: `pw-${at}` }),
      ),
    )
    const won = answers.flatMap((answer, at) => (answer.status_code === 0 ? [at] : []))
    expect(won).toHaveLength(1)
    expect(codes(answers).toSorted()).toEqual([0, 2001])
    const login = (at: number) =>
      call(server, 'POST', 'user/login/', { username: 'the-name', password: `pw-${at}` })
    expect(await login(won[0]!)).toMatchObject({
      status_code: 0,
      user_id: answers[won[0]!]!.user_id,
    })
    expect((await login((won[0]! + 1) % 50)).status_code).toBe(2002)
  })

  test('everybody follows one, and one follows everybody', async () => {
    const [star, ...fans] = (await storedUsers(server, 60, 'fan')) as [
      (typeof people)[0],
      ...typeof people,
    ]
    await Promise.all([
      ...fans.map(({ token }) => follow(token, star.id)),
      ...fans.map(({ id }) => follow(star.token, id)),
      ...fans.map(({ token }) => follow(token, star.id)),
    ])
    expect(await profile(star.id)).toMatchObject({ follow_count: 59, follower_count: 59 })
    await Promise.all(
      fans.flatMap(({ token }) => [1, 2, 3].map(() => follow(token, star.id, false))),
    )
    expect(await profile(star.id)).toMatchObject({ follow_count: 59, follower_count: 0 })
    expect(await drifted()).toEqual([])
  })
})
