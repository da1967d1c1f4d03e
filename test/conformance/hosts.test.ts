/** Addresses are built for whoever asks: the classic failure is a LAN address baked into stored or cached rows. */
import { beforeAll, expect, test } from 'bun:test'
import * as act from './actors.ts'
import { all } from './endpoints.ts'
import { useServer } from './server.ts'
import { calls, createWorld, type World } from './world.ts'

const api = useServer()
let world: World

beforeAll(async () => {
  world = await createWorld(api)
})

const hosts = ['192.168.1.23:8080', 'douyin.example.org', 'phone.lan:31337', '[::1]:8080']

const readers = calls.filter(({ endpoint }) => endpoint.method === 'GET')

for (const { endpoint, params } of readers) {
  test(`${endpoint.path} shows each caller the host that it called`, async () => {
    // Twice around, so that a response cached for the caller before shows.
    for (const host of [...hosts, ...hosts]) {
      const answer = await api.ok(endpoint, await params(world), { headers: { host } })
      for (const address of addresses(answer)) expect(new URL(address).host).toBe(host)
      expect(addresses(answer).length > 0).toBe(!endpoint.path.includes('/message/'))
    }
  })
}

test('the comment that was just made too', async () => {
  const host = hosts[0]!
  const call = calls.find(({ endpoint }) => endpoint.path.includes('/comment/action/'))!
  const answer = await api.ok(call.endpoint, await call.params(world), { headers: { host } })
  expect(addresses(answer).map((address) => new URL(address).host)).toEqual([host, host])
})

test('a video published by one address is played by another', async () => {
  const author = await act.newcomer(api)
  const data = await act.clipFile()
  const publish = all.find(({ path }) => path === '/douyin/publish/action/')!
  const params = { data, token: author.token, title: act.unique() }
  await api.ok(publish, params, { via: 'multipart', headers: { host: 'elsewhere.lan:1' } })
  const [video] = await act.publishedBy(api, author)
  expect(new URL(video!.play_url).origin).toBe(api.base())
  for (const address of [video!.play_url, video!.cover_url]) {
    expect((await api.raw(address)).status).toBe(200)
  }
})

/** Every http address in a response. */
function addresses(answer: object): string[] {
  return [...JSON.stringify(answer).matchAll(/"(https?:\/\/[^"]+)"/g)].map((found) => found[1]!)
}
