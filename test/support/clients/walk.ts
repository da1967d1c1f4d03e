// Walks through the API with a generated client: see test/http/generated-client.test.ts, which makes api.ts.
import { Api, ContentType } from './api.ts'

const [url = '', clip = ''] = process.argv.slice(2)

function clientOf(token: string | null) {
  const client = new Api<string>({
    baseUrl: url,
    securityWorker: (given) => (given ? { headers: { authorization: `Bearer ${given}` } } : {}),
  })
  client.setSecurityData(token)
  return client.douyin
}

/** The fields of a response that must be a success. */
async function done<T extends { status_code: number; status_msg: string }>(
  call: Promise<{ data: T }>,
): Promise<T> {
  const { data } = await call
  if (data.status_code !== 0) throw new Error(JSON.stringify(data))
  return data
}

async function enter(name: string) {
  const body = { username: name, password: crypto.randomUUID().slice(0, 20) }
  const registered = await done(clientOf(null).postUserRegister(body))
  return { id: registered.user_id, as: clientOf(registered.token) }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

const alice = await enter('alice')
const bob = await enter('bob')

const data = new File([await Bun.file(clip).bytes()], 'a.mp4')
await done(alice.as.postPublishAction({ title: 'by TypeScript', data }))
const { video_list: feed } = await done(bob.as.getFeed())
const video = feed.find(({ author }) => author.id === alice.id)
if (!video) throw new Error('the video is not in the feed')

const like = { video_id: video.id, action_type: 1 as const }
await done(bob.as.postFavoriteAction(like))
const likes = await done(bob.as.getFavoriteList({ user_id: bob.id }))
check(likes.video_list[0]?.is_favorite === true, 'the like is not there')
const comment = { video_id: video.id, action_type: 1 as const, comment_text: '拍得真好' }
const { comment: written } = await done(bob.as.postCommentAction(comment))
const { comment_list: comments } = await done(alice.as.getCommentList({ video_id: video.id }))
check(comments[0]?.id === written.id, 'the comment is not there')

// Another form of the body.
const follow = { to_user_id: alice.id, action_type: 1 as const }
await done(bob.as.postRelationAction(follow, { type: ContentType.UrlEncoded }))
const message = { to_user_id: alice.id, action_type: 1 as const, content: '在吗' }
await done(bob.as.postMessageAction(message, { type: ContentType.FormData }))
const { message_list: chat } = await done(alice.as.getMessageChat({ to_user_id: bob.id }))
check(chat.map(({ content }) => content).join() === '在吗', 'the message is not there')
console.log('walked from registering to chatting')
