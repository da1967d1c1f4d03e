/** What people do in these tests, in one line each: arrive, publish, like, follow, look at a profile. */
import { expect } from 'bun:test'
import { clip } from '../support/media/clips.ts'
import { type Client, readAnswer, readTransportFailure } from './client.ts'
import * as to from './endpoints.ts'
import { comment, departures, type Message, type User, type Video } from './shapes.ts'

export interface Account {
  id: number
  name: string
  token: string
}

export const password = 'a Secret 1'

let taken = 0

/** A word that no other test or run uses, for names, titles and texts that are looked up later. */
export function unique(prefix = ''): string {
  taken += 1
  return `${prefix}${crypto.randomUUID().slice(0, 13)}-${taken}`
}

/** Registers somebody new. */
export async function newcomer(api: Client, name = unique()): Promise<Account> {
  const { user_id, token } = await api.ok(to.register, { username: name, password })
  return { id: user_id, name: name.trim(), token }
}

export function newcomers(api: Client, many: number): Promise<Account[]> {
  return inParallel(many, 8, () => newcomer(api))
}

/** A small playable clip as the app would attach it. */
export async function clipFile(name = 'clip.mp4', type = 'video/mp4'): Promise<File> {
  return new File([await Bun.file(await clip('h264')).arrayBuffer()], name, { type })
}

/**
 * Publishes the small clip and returns the video as its author's list shows it (publish itself returns no id).
 * A server may bound how many uploads it takes at once; then this waits for its turn, as a good client does.
 */
export async function publishClip(
  api: Client,
  author: Account,
  title = unique('title '),
): Promise<Video> {
  const params = { data: await clipFile(), token: author.token, title }
  for (;;) {
    const answer = await api.send(to.publish, params, { via: 'multipart' })
    if (answer.status !== 429) {
      expect(await readAnswer(to.publish, answer)).toMatchObject({ status_code: 0 })
      break
    }
    await readTransportFailure(answer, [429])
    await Bun.sleep(20)
  }
  const found = (await publishedBy(api, author)).filter((video) => video.title === title)
  expect(found).toHaveLength(1)
  return found[0]!
}

export async function publishedBy(api: Client, author: Account): Promise<Video[]> {
  const { token, id: user_id } = author
  return (await api.ok(to.published, { token, user_id })).video_list
}

export function like(api: Client, who: Account, video: Video, on = true) {
  const { token } = who
  return api.ok(to.favorite, { token, video_id: video.id, action_type: on ? 1 : 2 })
}

export function follow(api: Client, who: Account, whom: Account, on = true) {
  const { token } = who
  return api.ok(to.relation, { token, to_user_id: whom.id, action_type: on ? 1 : 2 })
}

export async function say(api: Client, who: Account, video: Video, comment_text: string) {
  const { token } = who
  const answer = await api.ok(to.commenting, {
    token,
    video_id: video.id,
    action_type: 1,
    comment_text,
  })
  expect(departures(comment, answer.comment, true)).toEqual([])
  return answer.comment!
}

export function write(api: Client, from: Account, whom: Account, content: string) {
  return api.ok(to.messaging, {
    token: from.token,
    to_user_id: whom.id,
    action_type: 1,
    content,
  })
}

/** The chat as `who` polls it. */
export async function chatOf(
  api: Client,
  who: Account,
  whom: Account,
  pre_msg_time: string | number = 0,
): Promise<Message[]> {
  const params = { token: who.token, to_user_id: whom.id, pre_msg_time }
  return (await api.ok(to.chat, params)).message_list
}

/** A user as `viewer` sees it. */
export async function profileOf(api: Client, viewer: Account, whom: Account): Promise<User> {
  return (await api.ok(to.profile, { token: viewer.token, user_id: whom.id })).user
}

/** A video as `viewer` sees it in its author's list. */
export async function videoOf(
  api: Client,
  viewer: Account | undefined,
  author: Account,
  id: number,
) {
  const token = viewer === undefined ? {} : { token: viewer.token }
  const { video_list } = await api.ok(to.published, { ...token, user_id: author.id })
  const found = video_list.find((video) => video.id === id)
  expect(found).toBeDefined()
  return found!
}

/** Does something `many` times, at most `width` at once; returns the results in order. After a failure nothing more is begun. */
export async function inParallel<T>(
  many: number,
  width: number,
  work: (i: number) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(many)
  let next = 0
  const worker = async () => {
    while (next < many) {
      const i = next++
      try {
        results[i] = await work(i)
      } catch (failure) {
        next = many
        throw failure
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, many) }, worker))
  return results
}
