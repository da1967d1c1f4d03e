import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { refuseAsked } from '../support/web/acts.ts'
import { createWorld, plays, shownTitle, type World } from '../support/web/world.ts'

setDefaultTimeout(120_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['older', 'newest'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

describe.skipIf(noBrowser !== null)('the feed', () => {
  test('a video that fails says so, can be tried again, and stops nobody', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    let broken = true
    await page.route('**/videos/*', (route) => (broken ? route.abort() : route.continue()))
    await page.goto(world.server.url)
    const retry = page.locator('.overlay.failed button')
    await retry.waitFor()
    await page.keyboard.press('j')
    await until(async () => (await shownTitle(page)) === 'older')
    await page.keyboard.press('k')
    await retry.waitFor()
    broken = false
    await retry.click()
    await until(() => page.evaluate(plays))
  })

  test('without a network the page says so, and goes on when it is back', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    await page.route('**/douyin/comment/list/**', (route) => route.abort())
    await page.goto(world.server.url)
    await until(() => page.evaluate(plays))
    await page.keyboard.press('c')
    await page.locator('dialog .notice button').waitFor()
    await page.unroute('**/douyin/comment/list/**')
    await page.locator('dialog .notice button').click()
    await page.locator('dialog .notice').filter({ hasText: 'No comments' }).waitFor()
  })

  test('one step after its pages failed reads them again, and is made', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    const refused = await refuseAsked(page, '**/douyin/feed/**')
    await page.goto(`${world.server.url}/video/2`)
    await until(() => page.evaluate(plays))
    await page.keyboard.press('j')
    refused.is = false
    await until(async () => {
      await page.keyboard.press('j')
      return (await shownTitle(page)) === 'older'
    })
  })

  test('a screen whose code or styles failed to load can be tried again', async () => {
    for (const part of ['more-*.js', 'more-*.css']) {
      await using visit = await world.visit('/healthz')
      const { page } = visit
      await page.route(`**/assets/${part}`, (route) => route.abort(), { times: 1 })
      await page.goto(`${world.server.url}/user/1`)
      await page.locator('.notice .button').click()
      await page.locator('.profile h1').waitFor()
    }
  })

  // The worker was installed at an event that had passed when the first video was quick.
  test('once it was there, it opens without a network', async () => {
    await using visit = await world.visit('/')
    const { page } = visit
    await until(() =>
      page.evaluate('navigator.serviceWorker.getRegistration().then((one) => !!one?.active)'),
    )
    await page.context().setOffline(true)
    await page.reload()
    await page.locator('.notice').filter({ hasText: 'offline' }).waitFor()
    await page.locator('.navigation a[href="/messages"]').waitFor()
  })
})

// With the flag of other tests a browser plays with sound from the start.
test.skipIf(noBrowser !== null)(
  'where sound is not allowed yet, it plays without and keeps the wish',
  async () => {
    await using strict = await createWorld(
      ['only'],
      ['--autoplay-policy=document-user-activation-required'],
    )
    await using visit = await strict.visit('/video/1', {}, "localStorage['douyin.sound'] ??= 'on'")
    const { page } = visit
    // Playwright's own way to ask counts as a touch, after which sound is allowed.
    const session = await page.context().newCDPSession(page)
    const ask = async (expression: string) =>
      (await session.send('Runtime.evaluate', { expression })).result.value
    await until(() => ask(plays))
    expect(await ask("document.querySelector('video').muted")).toBe(true)
    expect(await ask("localStorage['douyin.sound']")).toBe('on')
    await page.touchscreen.tap(180, 300)
    await until(() => ask("!document.querySelector('video').muted"))
  },
)

test.skipIf(noBrowser !== null)('an empty server says what to do next', async () => {
  await using empty = await createWorld([])
  await using visit = await empty.visit('/', { locale: 'zh-CN' })
  await visit.page.locator('.notice a[href="/post"]').waitFor()
  expect(await visit.page.locator('.notice').textContent()).toContain('还没有视频')
  expect(visit.problems).toEqual([])
})
