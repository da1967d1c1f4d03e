import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Answer, call } from '../support/api.ts'
import { type Operation, operationsOf } from '../support/http/document.ts'
import { endpoints } from '../support/http/endpoints.ts'
import { schemaErrors } from '../support/http/json-schema.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

let server: TestServer
let paths: Record<string, Record<string, Operation>>

beforeAll(async () => {
  server = await bootServer()
  paths = await operationsOf(server.url)
})
afterAll(() => server[Symbol.asyncDispose]())

const answerOf = (method: string, path: string) =>
  paths[`/douyin/${path}`]![method.toLowerCase()]!.responses[200]!.content['application/json']!
    .schema

describe('responses are what is documented', () => {
  // What a client is generated from must be what it will get.
  test('when they succeed, with something in every list', async () => {
    const [me, other] = (await storedUsers(server, 2, 'reader')) as [Member, Member]
    const video = await storedVideo(server, other.id)
    const answers: Record<string, Answer> = {}
    const ask = async (
      method: 'GET' | 'POST',
      path: string,
      params: Record<string, string | number> = {},
    ) => {
      const answer = await call(server, method, path, { token: me.token, ...params })
      expect(answer.status_code, `${path}: ${answer.status_msg}`).toBe(0)
      answers[`${method} ${path}`] = answer
      return answer
    }
    const account = { username: 'documented', password: 'secret-1' }
    await ask('POST', 'user/register/', account)
    await ask('POST', 'user/login/', account)
    await ask('POST', 'favorite/action/', { video_id: video, action_type: 1 })
    const commented = { video_id: video, action_type: 1, comment_text: 'well' }
    await ask('POST', 'comment/action/', commented)
    await ask('POST', 'relation/action/', { to_user_id: other.id, action_type: 1 })
    await server.ctx.store.relations.set(other.id, me.id, true)
    const message = { to_user_id: other.id, action_type: 1, content: 'hello' }
    await ask('POST', 'message/action/', message)
    await ask('GET', 'user/', { user_id: other.id })
    await ask('GET', 'feed/')
    await ask('GET', 'publish/list/', { user_id: other.id })
    await ask('GET', 'favorite/list/', { user_id: me.id, limit: 5 })
    await ask('GET', 'comment/list/', { video_id: video })
    await ask('GET', 'relation/follow/list/', { user_id: me.id })
    await ask('GET', 'relatioin/follow/list/', { user_id: me.id, limit: 1 })
    await ask('GET', 'relation/follower/list/', { user_id: me.id })
    await ask('GET', 'relation/friend/list/', { user_id: me.id })
    await ask('GET', 'message/chat/', { to_user_id: other.id })
    await ask('GET', 'feed/following/')
    await ask('GET', 'video/', { video_id: video })
    await ask('POST', 'video/view/', { video_id: video })
    const own = { video_id: await storedVideo(server, me.id) }
    await ask('POST', 'publish/update/', { ...own, title: 'documented' })
    await ask('GET', 'search/', { keyword: 'documented' })
    await ask('POST', 'publish/delete/', own)
    await ask('POST', 'user/update/', { signature: 'documented' })
    await ask('GET', 'user/sessions/')
    await ask('GET', 'message/list/')
    await ask('GET', 'notice/list/')
    await ask('POST', 'notice/read/')
    await ask('POST', 'report/action/', { target_type: 1, target_id: video, reason: 'spam' })
    await ask('POST', 'relation/block/', { to_user_id: other.id, action_type: 1 })
    await ask('GET', 'relation/block/list/')
    const { token } = await call(server, 'POST', 'user/login/', account)
    const passwords = { old_password: account.password, new_password: 'secret-2' }
    await ask('POST', 'user/password/', { token, ...passwords })
    await ask('POST', 'user/logout/', { token })
    answers['POST publish/action/'] = withoutHttp(
      await upload(server, [
        ['title', 'x'],
        ['token', me.token],
        ['data', await freshClip()],
      ]),
    )
    expect(Object.keys(answers)).toHaveLength(endpoints.length)
    for (const [method, path] of endpoints) {
      const answer = answers[`${method} ${path}`]!
      expect({ path, wrong: schemaErrors(answer, answerOf(method, path)) }).toEqual({
        path,
        wrong: [],
      })
      for (const list of Object.values(answer))
        if (Array.isArray(list) && path !== 'search/') expect(list).not.toEqual([])
    }
    const gone = {
      video_id: video,
      action_type: 2,
      comment_id: answers['POST comment/action/']!.comment.id,
    }
    const deleted = await call(server, 'POST', 'comment/action/', { token: me.token, ...gone })
    expect(schemaErrors(deleted, answerOf('POST', 'comment/action/'), true)).toEqual([])
  })

  test.each(endpoints.filter(([, path]) => path !== 'feed/'))(
    'when %s %s fails: every required field with its type, and nothing else',
    async (method, path) => {
      const failures = [
        await call(server, method, path),
        await call(server, method, path, { token: 'nobody', user_id: 999_999, video_id: 'x' }),
        (await (await fetch(`${server.url}/douyin/${path}?q=%`, { method })).json()) as Answer,
      ]
      for (const failure of failures) {
        expect(failure.status_code).toBeGreaterThan(0)
        expect(failure.status_msg).not.toBe('')
        expect(schemaErrors(failure, answerOf(method, path), true)).toEqual([])
      }
    },
  )
})

type Member = { id: number; token: string }

function withoutHttp({ http, retryAfter, ...answer }: Awaited<ReturnType<typeof upload>>): Answer {
  return answer as unknown as Answer
}
