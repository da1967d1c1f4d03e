import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { refuseAsked } from '../support/web/acts.ts'
import { createWorld, desktop, shownTitle, type World } from '../support/web/world.ts'

setDefaultTimeout(120_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['one', 'two', 'three'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const playCounts = async (): Promise<Record<string, number>> => {
  const { video_list: list } = await call(world.server, 'GET', 'feed')
  return Object.fromEntries(
    list.map(({ title, play_count: count }: { title: string; play_count: number }) => [
      title,
      count,
    ]),
  )
}

/** The ids of the videos that the page has told of. */
function toldOf(page: Page): number[] {
  const told: number[] = []
  page.on('request', (request) => {
    if (!request.url().endsWith('/video/view/')) return
    told.push(Number(new URLSearchParams(request.postData() ?? '').get('video_id')))
  })
  return told
}

/** When the first video began to play, and when the page told of it. */
const times = `
  addEventListener('playing', () => { window.playedAt ??= performance.now() }, true)
  const { fetch } = window
  window.fetch = (...given) => {
    if (String(given[0]).includes('/video/view/')) window.toldAt ??= performance.now()
    return fetch(...given)
  }`

describe.skipIf(noBrowser !== null)('views', () => {
  test('are counted after two seconds of playing, once, of strangers and others, and shown', async () => {
    const person = await register(world.server)
    for (const options of [desktop, { as: person }]) {
      await using visit = await world.visit('/settings', options)
      const { page, problems } = visit
      await page.addInitScript(times)
      const told = toldOf(page)
      await page.goto(world.server.url)
      // The very first one came with the page, and plays before there is any script.
      await until(() => told.length === 1)
      expect(Number(await page.evaluate('window.toldAt - window.playedAt'))).toBeGreaterThan(1990)
      // What is only looked at doesn't count.
      await page.keyboard.press(' ')
      await page.keyboard.press('j')
      await until(async () => (await shownTitle(page)) === 'two')
      await page.locator('.big-play').waitFor()
      await page.keyboard.press('j')
      await until(async () => (await shownTitle(page)) === 'one')
      await page.keyboard.press(' ')
      await until(() => told.length === 2)
      expect(told).toEqual([3, 1])
      expect(problems).toEqual([])
    }
    await until(async () => {
      const { one, three } = await playCounts()
      return one === 2 && three === 2
    })
    expect((await playCounts()).two).toBe(0)
    await using visit = await world.visit(`/user/${world.author.id}`, { locale: 'zh-CN' })
    const cells = visit.page.locator('.grid-counts')
    await cells.first().waitFor()
    expect((await cells.allTextContents()).map((text) => text.trim().split(/\s+/)[0])).toEqual([
      ...['2', '0', '2'],
    ])
  })

  test('wait for the network, and go with the next one', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    const refused = await refuseAsked(page, '**/video/view/')
    const told = toldOf(page)
    const before = await playCounts()
    const answered = page.waitForResponse('**/video/view/')
    await page.goto(world.server.url)
    await answered
    refused.is = false
    await page.keyboard.press('j')
    await until(() => told.length === 3)
    expect(told).toEqual([3, 3, 2])
    await until(async () => (await playCounts()).two === before.two! + 1)
    expect(await page.locator('.toast').count()).toBe(0)
  })

  test('are counted though the page is left at that moment', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    const before = await playCounts()
    const left = Promise.withResolvers<void>()
    await page.route('**/video/view/', async (route) => {
      await left.promise
      await route.continue()
    })
    const told = page.waitForRequest('**/video/view/')
    await page.goto(`${world.server.url}/video/2`)
    await told
    await page.goto('about:blank')
    left.resolve()
    await until(async () => (await playCounts()).two === before.two! + 1)
  })
})
