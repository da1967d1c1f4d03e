import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { become, hold, note, noteBadge, refuseAsked } from '../support/web/acts.ts'
import {
  createWorld,
  desktop,
  type Person,
  plays,
  shownTitle,
  type World,
} from '../support/web/world.ts'

setDefaultTimeout(120_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['first', 'second'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const act = async (path: string, params: Record<string, string | number>) => {
  const { status_code: code } = await call(world.server, 'POST', path, params)
  expect(code).toBe(0)
}
const like = ({ token }: Person, on = true) =>
  act('favorite/action/', { token, video_id: 1, action_type: on ? 1 : 2 })
const comment = ({ token }: Person, text: string) =>
  act('comment/action/', { token, video_id: 1, action_type: 1, comment_text: text })
const follow = ({ token }: Person, { id } = world.author) =>
  act('relation/action/', { token, to_user_id: id, action_type: 1 })
const unread = async () =>
  (await call(world.server, 'GET', 'notice/list/', { token: world.author.token })).unread_count
const badge = (page: Page) => page.locator('.nav-notices .badge')
const entries = (page: Page) => page.locator('.people .person')

describe.skipIf(noBrowser !== null)('the notices', () => {
  test('say to a stranger that one logs in, and to somebody new what will be there', async () => {
    await using stranger = await world.visit('/notices', { locale: 'zh-CN' })
    await stranger.page.locator('.notice .button').filter({ hasText: '登录' }).waitFor()
    const person = await register(world.server)
    await using visit = await world.visit('/notices', { as: person })
    await visit.page.locator('.notice').filter({ hasText: 'Nothing new yet' }).waitFor()
    expect([...stranger.problems, ...visit.problems]).toEqual([])
    await using ended = await world.visit('/notices', { as: { ...person, token: 'x'.repeat(32) } })
    await ended.page.locator('.toast').waitFor()
    await ended.page.locator('.notice .button').filter({ hasText: 'Log in' }).waitFor()
  })

  test('are counted live, read when seen, and lead to what they are about', async () => {
    const fan = await register(world.server, '<b>ファン</b>')
    await using visit = await world.visit('/', { as: world.author })
    const { page, problems } = visit
    await until(() => page.evaluate(plays))
    expect(await badge(page).count()).toBe(0)
    await like(fan)
    await until(async () => (await badge(page).allTextContents())[0] === '1')
    await comment(fan, '好看！<i>真的</i>')
    await follow(fan)
    await until(async () => (await badge(page).allTextContents())[0] === '3')

    await page.locator('.nav-notices').click()
    await until(async () => (await entries(page).count()) === 3)
    expect(await entries(page).locator('b').allTextContents()).toEqual(Array(3).fill(fan.name))
    expect(await page.locator('.notice-said').textContent()).toBe('好看！<i>真的</i>')
    await badge(page).waitFor({ state: 'detached' })
    await until(async () => (await unread()) === 0)
    // They are marked as new for as long as one looks.
    expect(await page.locator('.unread').count()).toBe(3)

    await page.locator('.person-link').nth(1).click()
    await page.locator('dialog .comment').filter({ hasText: '<i>真的</i>' }).waitFor()
    expect(await shownTitle(page)).toBe('first')
    await page.goBack()
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.goBack()
    await page.locator('.person-link').nth(2).click()
    expect(await shownTitle(page)).toBe('first')
    await page.goBack()
    await page.locator('.person .button').click()
    await until(async () => (await page.locator('[aria-pressed=true]').count()) === 1)
    await page.locator('.person-link').first().click()
    await page.locator('.profile h1').filter({ hasText: fan.name }).waitFor()
    await page.goBack()

    // What comes while one looks is there at once, and read at once.
    expect(await entries(page).count()).toBe(3)
    const other = await register(world.server)
    await like(other)
    await entries(page).filter({ hasText: other.name }).waitFor()
    await until(async () => (await unread()) === 0)
    // What was taken back leaves with the next one that comes.
    await like(fan, false)
    await comment(other, 'next')
    await entries(page).filter({ hasText: 'next' }).waitFor()
    expect(await entries(page).count()).toBe(4)
    expect(await page.locator('.person').filter({ hasText: 'liked' }).count()).toBe(1)
    await page.reload()
    await until(async () => (await entries(page).count()) === 4)
    expect(await page.locator('.unread').count()).toBe(0)
    expect(problems).toEqual([])
  })

  test('are all there, page by page, also when more than a page comes at once', async () => {
    await using visit = await world.visit('/settings', { as: world.author, ...desktop })
    const { page } = visit
    await page.route('**/douyin/notice/list/**', (route) =>
      route.continue({ url: route.request().url().replace('limit=30', 'limit=2') }),
    )
    const before = (await call(world.server, 'GET', 'notice/list/', { token: world.author.token }))
      .notice_list.length
    await page.goto(`${world.server.url}/notices`)
    await until(async () => (await entries(page).count()) === before)
    const fans = await Promise.all(Array.from({ length: 5 }, () => register(world.server)))
    for (const fan of fans) await like(fan)
    await until(async () => (await entries(page).count()) === before + 5)
    const names = await entries(page).locator('b').allTextContents()
    expect(names.slice(0, 5)).toEqual(fans.map(({ name }) => name).toReversed())
    await until(async () => (await unread()) === 0)
  })

  test('came while there was no connection: they are counted when there is one', async () => {
    await using visit = await world.visit('/', { as: world.author })
    const { page } = visit
    await until(() => page.evaluate(plays))
    await world.restart()
    await comment(await register(world.server), 'while you were away')
    await until(async () => (await badge(page).allTextContents())[0] === '1')
    await page.locator('.nav-notices').click()
    await page.locator('.unread').filter({ hasText: 'while you were away' }).waitFor()
    await until(async () => (await unread()) === 0)
    // Being read, it stays marked beside what comes, until one has been elsewhere.
    await comment(await register(world.server), 'and now')
    await page.locator('.unread').filter({ hasText: 'and now' }).waitFor()
    expect(await page.locator('.unread').count()).toBe(2)
    await page.locator('.nav-me').click()
    await page.locator('.profile h1').waitFor()
    await page.goBack()
    await entries(page).filter({ hasText: 'and now' }).waitFor()
    expect(await page.locator('.unread').count()).toBe(0)
  })

  test('of somebody who had none are there when they come, while one looks and later', async () => {
    const [person, fan, other] = [
      await register(world.server),
      await register(world.server),
      await register(world.server),
    ]
    await using visit = await world.visit('/notices', { as: person })
    const { page } = visit
    await page.locator('.notice').filter({ hasText: 'Nothing new yet' }).waitFor()
    await follow(fan, person)
    await entries(page).filter({ hasText: fan.name }).waitFor()
    await page.locator('.nav-me').click()
    await page.locator('.profile h1').waitFor()
    await follow(other, person)
    await until(async () => (await badge(page).allTextContents())[0] === '1')
    await page.locator('.nav-notices').click()
    await entries(page).filter({ hasText: other.name }).waitFor()
    expect(await entries(page).count()).toBe(2)
  })

  test('counted before they were read, but answered after that, are not new again', async () => {
    const person = await register(world.server)
    for (const fan of [1, 2]) await follow(await register(world.server, `fan ${fan}`), person)
    await using visit = await world.visit('/settings', { as: person })
    const { page } = visit
    const counts = await hold(page, '**/notice/list/?limit=1', 'responses')
    await page.goto(`${world.server.url}/me`)
    await counts.asked(1)
    const read = page.waitForResponse('**/notice/read/')
    await page.locator('.nav-notices').click()
    await (await read).finished()
    await badge(page).waitFor({ state: 'detached' })
    const said = await noteBadge(page, 'notices')
    counts.letGo()
    await page.locator('.nav-me').click()
    await page.locator('.profile h1').waitFor()
    await follow(await register(world.server), person)
    await badge(page).waitFor()
    expect(await said()).toEqual(['', '1'])
  })

  test('asked for twice at a time, the older answer takes nothing away again', async () => {
    const person = await register(world.server)
    const fans = [1, 2, 3, 4].map((at) => register(world.server, `one ${at}`))
    const [first, second, third, last] = await Promise.all(fans)
    await follow(first!, person)
    await using visit = await world.visit('/notices', { as: person })
    const { page } = visit
    await entries(page).filter({ hasText: 'one 1' }).waitFor()
    const held = await hold(page, '**/notice/list/**', 'responses', 1)
    await follow(second!, person)
    await held.asked(1)
    await follow(third!, person)
    await entries(page).filter({ hasText: 'one 3' }).waitFor()
    const counts = await note(page, "document.querySelectorAll('.people .person').length")
    held.letGo()
    await follow(last!, person)
    await entries(page).filter({ hasText: 'one 4' }).waitFor()
    expect(await counts()).toEqual([3, 4])
  })

  test('a refusal is said and can be tried again, and another person sees none of them', async () => {
    await using visit = await world.visit('/settings', { as: world.author })
    const { page } = visit
    const refused = await refuseAsked(page, '**/douyin/notice/list/**')
    await page.goto(`${world.server.url}/notices`)
    await page.locator('.notice').filter({ hasText: 'too fast' }).waitFor()
    refused.is = false
    await page.locator('.notice .button').click()
    await entries(page).first().waitFor()
    await become(page, await register(world.server))
    await page.locator('.notice').filter({ hasText: 'Nothing new yet' }).waitFor()
    expect(await entries(page).count()).toBe(0)
  })

  test('nor does the next person see whom the one before writes to', async () => {
    const friend = await register(world.server)
    await follow(friend)
    await act('relation/action/', {
      ...{ token: world.author.token, to_user_id: friend.id, action_type: 1 },
    })
    await using visit = await world.visit('/messages', { as: world.author })
    const { page } = visit
    await entries(page).filter({ hasText: friend.name }).waitFor()
    await become(page, await register(world.server))
    await page.locator('.notice').filter({ hasText: 'No messages yet' }).waitFor()
    expect(await entries(page).count()).toBe(0)
  })
})
