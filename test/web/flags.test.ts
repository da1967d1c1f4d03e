import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { become, hold, note } from '../support/web/acts.ts'
import { createWorld, type Person, plays, type World } from '../support/web/world.ts'

setDefaultTimeout(60_000)

const likes = '**/favorite/action/'
const follows = '**/relation/action/'
const feeds = '**/douyin/feed/**'

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['oldest', 'older', 'newest'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const act = async (person: Person, path: string, params: Record<string, number>) => {
  const { status_code: code } = await call(world.server, 'POST', path, {
    ...{ token: person.token, action_type: 1, ...params },
  })
  expect(code).toBe(0)
}
const likeAll = async (person: Person) => {
  for (const id of [1, 2, 3]) await act(person, 'favorite/action/', { video_id: id })
}
const isLiked = async ({ token }: Person, id: number): Promise<boolean> =>
  (await call(world.server, 'GET', 'video/', { token, video_id: id })).video.is_favorite
const isFollowed = async ({ token }: Person, id: number): Promise<boolean> =>
  (await call(world.server, 'GET', 'user/', { token, user_id: id })).user.is_follow

const heart = (page: Page) => page.locator('article:not([inert]) .rail-button').first()
const isRed = async (page: Page) => (await heart(page).getAttribute('aria-pressed')) === 'true'
const author = (page: Page) => page.locator('article:not([inert]) .author')
const plus = (page: Page) => page.locator('article:not([inert]) .follow-plus')
/** What was asked of some address, as it is when it has been answered or failed. */
const ended = (page: Page, path: string): string[] => {
  const bodies: string[] = []
  const note = (request: { url(): string; postData(): string | null }) => {
    if (request.url().endsWith(path)) bodies.push(request.postData() ?? '')
  }
  page.on('requestfinished', note)
  page.on('requestfailed', note)
  return bodies
}

describe.skipIf(noBrowser !== null)('a like', () => {
  test('taken back while it is told stays so, whatever list is read meanwhile', async () => {
    const person = await register(world.server)
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await until(() => page.evaluate(plays))
    const told = await hold(page, likes, 'responses')
    await heart(page).click()
    await told.asked(1)
    await heart(page).click()
    await author(page).click()
    await page.locator('.grid a').first().waitFor()
    await page.goBack()
    await until(() => page.evaluate(plays))
    expect(await isRed(page)).toBe(false)
    told.letGo()
    await until(async () => !(await isLiked(person, 3)))
    expect(await isRed(page)).toBe(false)
  })

  test('is not taken back by a list asked for before it; on another device it is', async () => {
    const person = await register(world.server)
    await act(person, 'relation/action/', { to_user_id: world.author.id })
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await until(() => page.evaluate(plays))
    const sent = ended(page, '/favorite/action/')
    const list = await hold(page, '**/publish/list/**', 'responses')
    await author(page).click()
    await list.asked(1)
    await page.goBack()
    await heart(page).click()
    await until(() => sent.length === 1)
    list.letGo()
    await page.goForward()
    await page.locator('.grid a').first().waitFor()
    await page.goBack()
    await heart(page).waitFor()
    expect(await isRed(page)).toBe(true)
    await act(person, 'favorite/action/', { video_id: 3, action_type: 2 })
    await page.locator('.feed-tabs a[href="/following"]').click()
    await until(async () => !(await isRed(page)))
  })

  test('that is refused is undone, and what a list says after that counts', async () => {
    const person = await register(world.server)
    await act(person, 'relation/action/', { to_user_id: world.author.id })
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await until(() => page.evaluate(plays))
    await page.route(likes, (route) => route.abort(), { times: 1 })
    const told = await hold(page, likes, 'requests')
    await heart(page).click()
    await told.asked(1)
    await author(page).click()
    await page.locator('.grid a').first().waitFor()
    await page.goBack()
    await heart(page).waitFor()
    expect(await isRed(page)).toBe(true)
    told.letGo()
    await until(async () => !(await isRed(page)))
    await act(person, 'favorite/action/', { video_id: 3 })
    await page.locator('.feed-tabs a[href="/following"]').click()
    await until(() => isRed(page))
  })

  test('that one person gave is not taken from the next one, who sees the own flags', async () => {
    const [ann, bob] = [await register(world.server), await register(world.server)]
    await likeAll(bob)
    await act(bob, 'relation/action/', { to_user_id: world.author.id })
    await using visit = await world.visit('/', { as: ann })
    const { page } = visit
    await until(() => page.evaluate(plays))
    const sent = ended(page, '/favorite/action/')
    const told = await hold(page, likes, 'responses')
    await heart(page).click()
    await told.asked(1)
    const feed = await hold(page, feeds, 'responses')
    await become(page, bob)
    await feed.asked(1)
    expect(await isRed(page)).toBe(false)
    told.letGo()
    await until(() => sent.length === 1)
    feed.letGo()
    await until(() => isRed(page))
    await plus(page).waitFor({ state: 'detached' })
    // A press is answered after whatever was sent before it.
    await heart(page).click()
    await until(async () => !(await isLiked(bob, 3)))
    await until(() => sent.length === 2)
    expect(await isLiked(ann, 3)).toBe(true)
  })

  test('of whoever has logged out is shown to nobody, though it was asked for before', async () => {
    const person = await register(world.server)
    await likeAll(person)
    await act(person, 'relation/action/', { to_user_id: world.author.id })
    await using visit = await world.visit('/settings', { as: person })
    const { page } = visit
    const feed = await hold(page, feeds, 'responses')
    await page.locator('.nav-home').click()
    await feed.asked(1)
    await become(page, null)
    feed.letGo()
    await until(() => page.evaluate(plays))
    const reds = await note<boolean>(page, "!!document.querySelector('.rail-button.on')")
    await plus(page).waitFor()
    await page.keyboard.press('j')
    await page.locator('article:not([inert])[aria-label=older]').waitFor()
    expect(await reds()).toEqual([false])
  })

  test('is shown by a link to an old video, to whoever is logged in or does so there', async () => {
    const person = await register(world.server)
    await act(person, 'favorite/action/', { video_id: 1 })
    await act(person, 'relation/action/', { to_user_id: world.author.id })
    await using visit = await world.visit('/healthz', { as: person })
    await using stranger = await world.visit('/healthz')
    for (const { page } of [visit, stranger]) {
      // As if it were not among the newest.
      await page.route('**/douyin/feed/', (route) =>
        route.fulfill({ json: { status_code: 0, status_msg: '', video_list: [], next_time: 0 } }),
      )
      await page.goto(`${world.server.url}/video/1`)
      await heart(page).waitFor()
    }
    await become(stranger.page, person)
    for (const { page } of [visit, stranger]) {
      await until(() => isRed(page))
      await plus(page).waitFor({ state: 'detached' })
    }
  })
})

describe.skipIf(noBrowser !== null)('a follow', () => {
  const button = (page: Page) => page.locator('.actions .button').first()
  const isPressed = async (page: Page) =>
    (await button(page).getAttribute('aria-pressed')) === 'true'

  test('taken back at once is told after it, however late that arrives', async () => {
    const person = await register(world.server)
    await using visit = await world.visit(`/user/${world.author.id}`, { as: person })
    const { page } = visit
    const sent = ended(page, '/relation/action/')
    const told = await hold(page, follows, 'requests', 1)
    await button(page).click()
    await told.asked(1)
    await button(page).click()
    told.letGo()
    await until(() => sent.length === 2)
    expect(await isFollowed(person, world.author.id)).toBe(false)
    expect(await isPressed(page)).toBe(false)
  })

  test('and its taking back that both fail leave what was', async () => {
    const person = await register(world.server)
    await using visit = await world.visit(`/user/${world.author.id}`, { as: person })
    const { page } = visit
    await page.route(follows, (route) => route.abort())
    const told = await hold(page, follows, 'requests')
    await button(page).click()
    await told.asked(1)
    await button(page).click()
    told.letGo()
    await page.locator('.toast').waitFor()
    await page.locator('.tabs a').last().click()
    await page.locator('.tabs a[aria-current=page]').filter({ hasText: 'Liked' }).waitFor()
    expect(await isPressed(page)).toBe(false)
  })
})
