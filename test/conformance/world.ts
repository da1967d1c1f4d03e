/** A small world, and for each endpoint one call in it that must succeed, with what shows that it did. */
import { expect } from 'bun:test'
import * as act from './actors.ts'
import type { Client } from './client.ts'
import * as to from './endpoints.ts'
import type { Comment, Envelope, Message, Video } from './shapes.ts'
import type { Params } from './transports.ts'

/** Ann follows Bob, who published a video that she likes and commented on, and sent him a message. */
export interface World {
  api: Client
  ann: act.Account
  bob: act.Account
  /** logs in again and again, which may end the oldest of many sessions, and does nothing else */
  carl: act.Account
  video: Video
}

export interface Call {
  endpoint: to.Endpoint
  /** fresh parameters, so that a call may be made again and again */
  params(world: World): Params | Promise<Params>
  /** Fails unless the response, and what can be read afterwards, show that all parameters arrived as they were sent. */
  shows(world: World, answer: Envelope, params: Params): void | Promise<void>
}

export async function createWorld(api: Client): Promise<World> {
  const [ann, bob, carl] = (await act.newcomers(api, 3)) as [act.Account, act.Account, act.Account]
  const video = await act.publishClip(api, bob)
  await act.like(api, ann, video)
  await act.follow(api, ann, bob)
  await act.say(api, ann, video, act.unique())
  await act.write(api, ann, bob, act.unique())
  return { api, ann, bob, carl, video }
}

export const calls: readonly Call[] = [
  {
    endpoint: to.register,
    params: () => ({ username: act.unique(), password: act.password }),
    async shows({ api }, answer, { username, password }) {
      const known = await api.ok(to.login, { username: username!, password: password! })
      expect(answer).toMatchObject({ user_id: known.user_id })
    },
  },
  {
    endpoint: to.login,
    params: ({ carl }) => ({ username: carl.name, password: act.password }),
    shows: ({ carl }, answer) => expect(answer).toMatchObject({ user_id: carl.id }),
  },
  {
    endpoint: to.profile,
    params: ({ ann, bob }) => ({ token: ann.token, user_id: bob.id }),
    shows: ({ bob }, answer) =>
      expect(answer).toMatchObject({ user: { id: bob.id, name: bob.name, is_follow: true } }),
  },
  {
    endpoint: to.feed,
    params: ({ ann }) => ({ token: ann.token, latest_time: Date.now() + 60_000 }),
    shows: ({ video }, answer) => listsVideo(answer, { id: video.id, is_favorite: true }),
  },
  {
    endpoint: to.publish,
    params: async ({ bob }) => ({
      data: await act.clipFile(),
      token: bob.token,
      title: act.unique(),
    }),
    async shows({ api, bob }, _answer, { title }) {
      const mine = await act.publishedBy(api, bob)
      expect(mine.filter((video) => video.title === title)).toHaveLength(1)
    },
  },
  {
    endpoint: to.published,
    params: ({ ann, bob }) => ({ token: ann.token, user_id: bob.id }),
    shows: ({ video }, answer) => listsVideo(answer, { id: video.id, is_favorite: true }),
  },
  {
    endpoint: to.favorite,
    params: ({ ann, video }) => ({ token: ann.token, video_id: video.id, action_type: 1 }),
    async shows({ api, ann, bob, video }) {
      expect(await act.videoOf(api, ann, bob, video.id)).toMatchObject({
        favorite_count: 1,
        is_favorite: true,
      })
    },
  },
  {
    endpoint: to.favorites,
    params: ({ ann }) => ({ token: ann.token, user_id: ann.id }),
    shows: ({ video }, answer) => listsVideo(answer, { id: video.id, is_favorite: true }),
  },
  {
    endpoint: to.commenting,
    params: ({ ann, video }) => ({
      token: ann.token,
      video_id: video.id,
      action_type: 1,
      comment_text: act.unique('说 '),
    }),
    async shows({ api, video }, answer, { comment_text }) {
      expect(answer).toMatchObject({ comment: { content: comment_text } })
      const { comment_list } = await api.ok(to.comments, { video_id: video.id })
      expect(comment_list.filter(({ content }) => content === comment_text)).toHaveLength(1)
    },
  },
  {
    endpoint: to.comments,
    params: ({ ann, video }) => ({ token: ann.token, video_id: video.id }),
    shows({ ann }, answer) {
      const { comment_list } = answer as Envelope & { comment_list: Comment[] }
      expect(comment_list.map((comment) => comment.user.id)).toContain(ann.id)
    },
  },
  {
    endpoint: to.relation,
    params: ({ ann, bob }) => ({ token: ann.token, to_user_id: bob.id, action_type: 1 }),
    async shows({ api, ann, bob }) {
      expect(await act.profileOf(api, ann, bob)).toMatchObject({
        is_follow: true,
        follower_count: 1,
      })
    },
  },
  ...[to.follows, to.followsMisspelt].map(
    (endpoint): Call => ({
      endpoint,
      params: ({ ann }) => ({ token: ann.token, user_id: ann.id }),
      shows: ({ bob }, answer) => listsUser(answer, { id: bob.id, is_follow: true }),
    }),
  ),
  {
    endpoint: to.followers,
    params: ({ ann, bob }) => ({ token: ann.token, user_id: bob.id }),
    shows: ({ ann }, answer) => listsUser(answer, { id: ann.id, is_follow: false }),
  },
  {
    endpoint: to.friends,
    params: ({ bob }) => ({ token: bob.token, user_id: bob.id }),
    shows: ({ ann }, answer) => listsUser(answer, { id: ann.id, is_follow: false }),
  },
  {
    endpoint: to.messaging,
    params: ({ ann, bob }) => ({
      token: ann.token,
      to_user_id: bob.id,
      action_type: 1,
      content: act.unique('喂 & + % '),
    }),
    async shows({ api, ann, bob }, _answer, { content }) {
      const said = await act.chatOf(api, bob, ann)
      expect(said.filter((message) => message.content === content)).toHaveLength(1)
    },
  },
  {
    endpoint: to.chat,
    params: ({ ann, bob }) => ({ token: ann.token, to_user_id: bob.id, pre_msg_time: 0 }),
    async shows({ api, ann, bob }, answer) {
      const { message_list } = answer as Envelope & { message_list: Message[] }
      expect(message_list).not.toBeEmpty()
      expect(message_list).toEqual(await act.chatOf(api, bob, ann))
    },
  },
]

function listsVideo(answer: Envelope, expected: Partial<Video>) {
  const { video_list } = answer as Envelope & { video_list: Video[] }
  expect(video_list.find((video) => video.id === expected.id)).toMatchObject(expected)
}

function listsUser(answer: Envelope, expected: { id: number; is_follow: boolean }) {
  const { user_list } = answer as Envelope & { user_list: { id: number }[] }
  expect(user_list.find((user) => user.id === expected.id)).toMatchObject(expected)
}
