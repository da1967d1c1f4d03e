import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { become, hold, note, noteBadge, watchSocket } from '../support/web/acts.ts'
import { createWorld, type Person, type World } from '../support/web/world.ts'

setDefaultTimeout(60_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld([])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

let count = 0
/** Two people who know nobody else. */
const pair = async (): Promise<[Person, Person]> => [await person('Ann'), await person('Bob')]
const person = (name: string): Promise<Person> => register(world.server, `${name} ${++count}`)
const write = async (from: Person, to: Person, content: string) => {
  const { status_code: code } = await call(world.server, 'POST', 'message/action/', {
    ...{ token: from.token, to_user_id: to.id, action_type: 1, content },
  })
  expect(code).toBe(0)
}
const unread = async ({ token }: Person): Promise<number> =>
  (await call(world.server, 'GET', 'message/list/', { token })).unread_count
const badge = async (page: Page) =>
  (await page.locator('.nav-messages .badge').allTextContents())[0] ?? ''
const badgeSays = (page: Page, text: string) => until(async () => (await badge(page)) === text)
const bubble = (page: Page, text: string) => page.locator('.bubble').filter({ hasText: text })
const row = (page: Page, { name }: Person) => page.locator('.person').filter({ hasText: name })
const leave = async (page: Page) => {
  await page.locator('.nav-me').click()
  await page.locator('.profile h1').waitFor()
}

describe.skipIf(noBrowser !== null)('messages', () => {
  test('stay unread when a connection comes back, though older ones were read', async () => {
    const [ann, bob] = await pair()
    await write(bob, ann, 'one')
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const socket = await watchSocket(page)
    await page.goto(`${world.server.url}/messages/${bob.id}`)
    await until(async () => (await unread(ann)) === 0)
    await leave(page)
    const said = await noteBadge(page, 'messages')
    await write(bob, ann, 'two')
    await badgeSays(page, '1')
    await socket.cut()
    await write(bob, ann, 'three')
    socket.mend()
    await badgeSays(page, '2')
    await write(bob, ann, 'four')
    await badgeSays(page, '3')
    expect(await said()).toEqual(['', '1', '2', '3'])
  })

  test('that came during a break are heard of, by the first one too: counted, listed, in the open chat', async () => {
    const [ann, bob] = await pair()
    const [cem, dan] = [await person('Cem'), await person('Dan')]
    await write(cem, ann, 'before')
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const socket = await watchSocket(page)
    await page.goto(`${world.server.url}/me`)
    await badgeSays(page, '1')
    await socket.cut()
    await write(bob, ann, 'while you were away')
    socket.mend()
    await badgeSays(page, '2')
    await page.locator('.nav-messages').click()
    await row(page, bob).filter({ hasText: 'while you were away' }).waitFor()

    await page.goto(`${world.server.url}/messages/${dan.id}`)
    await badgeSays(page, '2')
    await page.locator('.chat .notice').waitFor()
    await socket.cut()
    await write(dan, ann, 'in the chat')
    socket.mend()
    await bubble(page, 'in the chat').waitFor()
    await until(async () => (await unread(ann)) === 2)
  })

  test('of somebody new are in the inbox at once, and when one comes back to it', async () => {
    const [ann, bob] = await pair()
    const cem = await person('Cem')
    await using visit = await world.visit('/messages', { as: ann })
    const { page, problems } = visit
    await page.locator('.notice').filter({ hasText: 'No messages yet' }).waitFor()
    await write(bob, ann, 'are you there')
    await row(page, bob).filter({ hasText: 'are you there' }).waitFor()
    await leave(page)
    await write(cem, ann, 'and you')
    await badgeSays(page, '2')
    await page.locator('.nav-messages').click()
    await row(page, cem).filter({ hasText: 'and you' }).waitFor()
    expect(await page.locator('.person b').allTextContents()).toEqual([cem.name, bob.name])
    expect(problems).toEqual([])
  })

  test('that the other one has read are marked so for good', async () => {
    const [ann, bob] = await pair()
    await write(ann, bob, 'hello')
    await using visit = await world.visit(`/messages/${bob.id}`, { as: ann })
    const { page } = visit
    await bubble(page, 'hello').waitFor()
    await using other = await world.visit(`/messages/${ann.id}`, { as: bob })
    await bubble(other.page, 'hello').waitFor()
    const read = page.locator('.line-read').filter({ hasText: 'Read' })
    await read.waitFor()
    await leave(page)
    await page.goBack()
    await read.waitFor()
    await page.reload()
    await read.waitFor()
  })

  test('that come while the inbox is awaited are not lost to its older answer', async () => {
    const [ann, bob] = await pair()
    await write(bob, ann, 'one')
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const lists = await hold(page, '**/message/list/**', 'responses')
    await page.goto(`${world.server.url}/messages`)
    await lists.asked(2)
    await write(bob, ann, 'two')
    await badgeSays(page, '1')
    lists.letGo()
    await row(page, bob).filter({ hasText: 'two' }).waitFor()
    await badgeSays(page, '2')
  })

  test('read before the inbox was answered are not unread again', async () => {
    const [ann, bob] = await pair()
    for (let at = 0; at < 5; at++) await write(bob, ann, `old ${at}`)
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const lists = await hold(page, '**/message/list/**', 'responses')
    await page.goto(`${world.server.url}/messages/${bob.id}`)
    await lists.asked(1)
    await until(async () => (await unread(ann)) === 0)
    await leave(page)
    const said = await noteBadge(page, 'messages')
    const answered = page.waitForResponse('**/message/list/**')
    lists.letGo()
    await (await answered).finished()
    await write(bob, ann, 'new')
    await badgeSays(page, '1')
    expect(await said()).toEqual(['', '1'])
  })

  test('of one person are not shown to the next, though they were asked for before', async () => {
    const [ann, bob] = await pair()
    const [cem, dan] = [await person('Cem'), await person('Dan')]
    await write(dan, ann, 'for Ann only')
    await write(bob, cem, 'for Cem')
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const lists = await hold(page, '**/message/list/**', 'responses', 2)
    await page.goto(`${world.server.url}/messages`)
    await lists.asked(2)
    await become(page, cem)
    await row(page, bob).filter({ hasText: 'for Cem' }).waitFor()
    const texts = await note<string>(page, "document.querySelector('.people').textContent")
    lists.letGo()
    await write(bob, cem, 'for Cem too')
    await badgeSays(page, '2')
    expect((await texts()).filter((one) => one.includes('for Ann'))).toEqual([])
  })

  test('read without a connection are told as read when there is one', async () => {
    const [ann, bob] = await pair()
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const socket = await watchSocket(page)
    await socket.cut()
    await write(bob, ann, 'one')
    await page.goto(`${world.server.url}/messages/${bob.id}`)
    await bubble(page, 'one').waitFor()
    await leave(page)
    socket.mend()
    await until(async () => (await unread(ann)) === 0)
  })

  test('written without a connection and refused when there is one are still there, whatever one looks at', async () => {
    const [ann, bob] = await pair()
    await call(world.server, 'POST', 'relation/block/', {
      ...{ token: bob.token, to_user_id: ann.id, action_type: 1 },
    })
    await using visit = await world.visit('/settings', { as: ann })
    const { page } = visit
    const socket = await watchSocket(page)
    await socket.cut()
    await page.goto(`${world.server.url}/messages/${bob.id}`)
    await page.locator('.chat .notice').waitFor()
    await page.locator('.composer input').fill('hello')
    await page.keyboard.press('Enter')
    await bubble(page, 'hello').waitFor()
    await leave(page)
    await page.goBack()
    await page.locator('.pending').filter({ hasText: 'hello' }).waitFor()
    await leave(page)
    socket.mend()
    await page.locator('.toast').waitFor()
    await page.goBack()
    await page.locator('.line .danger').waitFor()
    expect(await page.locator('.bubble').allTextContents()).toEqual(['hello'])
    await call(world.server, 'POST', 'relation/block/', {
      ...{ token: bob.token, to_user_id: ann.id, action_type: 2 },
    })
    await page.locator('.line .danger').click()
    await until(async () => (await unread(bob)) === 1)
    await page.locator('.pending').waitFor({ state: 'detached' })
    expect(await page.locator('.bubble').allTextContents()).toEqual(['hello'])
  })

  test('come live when the server can be reached again, although that part of the client did not load', async () => {
    const [ann, bob] = await pair()
    await using visit = await world.visit('/healthz', { as: ann })
    const { page } = visit
    // As often as it would take for the import, too, to fail.
    await page.route('**/assets/live-*.js', (route) => route.fulfill({ status: 502 }), { times: 2 })
    await page.route('**/assets/live-*.js', (route) => route.abort(), { times: 1 })
    await page.goto(`${world.server.url}/messages/${bob.id}`)
    await page.locator('.page-head').filter({ hasText: 'Connecting' }).waitFor()
    await page.locator('.page-head').filter({ hasNotText: 'Connecting' }).waitFor()
    await page.locator('.composer input').fill('hello')
    await page.keyboard.press('Enter')
    await until(async () => (await unread(bob)) === 1)
    await page.locator('.pending').waitFor({ state: 'detached' })
    const badGateway =
      'Failed to load resource: the server responded with a status of 502 (Bad Gateway)'
    expect(visit.problems).toEqual([
      'Failed to load resource: net::ERR_FAILED',
      badGateway,
      badGateway,
    ])
  })
})
