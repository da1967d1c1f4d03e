import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { createWorld, desktop, flick, plays, shownTitle, type World } from '../support/web/world.ts'

setDefaultTimeout(120_000)

const hostile = '<img src=x onerror=alert(1)></script><script>alert(2)</script>'
const titles = ['one', 'two', 'three', 'four', hostile, 'six #sunset', 'seven', 'eight']
const newest = titles.toReversed()

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(titles)
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const shows = (page: Page, title: string | undefined) =>
  until(async () => (await shownTitle(page)) === title)

describe.skipIf(noBrowser !== null)('the feed', () => {
  test('plays at once without an account, the next one ready, and no page has a problem', async () => {
    await using visit = await world.visit('/')
    const { page, problems } = visit
    expect(await shownTitle(page)).toBe('eight')
    await until(() => page.evaluate(plays))
    // It came with the page and played before there was a player, which must not wait for it.
    const waited = `new Promise((resolve) => {
      document.querySelector('.media video').addEventListener('ended', () => resolve(true))
      const look = () =>
        document.querySelector('.overlay') ? requestAnimationFrame(look) : resolve(false)
      look()
    })`
    expect(await page.evaluate(waited)).toBe(false)
    const videos = "[...document.querySelectorAll('video')].map((one) => one.preload)"
    await until(async () => String(await page.evaluate(videos)) === 'auto,auto')
    expect(problems).toEqual([])
  })

  // A lock by time, or scroll snap, lost one in ten and made two steps of some.
  test('every flick is one step, however quick, and so is a slow drag', async () => {
    await using visit = await world.visit('/')
    const { page, problems } = visit
    await until(() => page.evaluate(plays))
    for (let at = 1; at < newest.length; at++) {
      await flick(page, -120)
      await shows(page, newest[at])
    }
    // There is nothing after the last one, and nothing is lost by trying.
    await flick(page, -120)
    expect(await shownTitle(page)).toBe('one')
    for (let at = newest.length - 2; at >= 4; at--) {
      await flick(page, 300, { stepMs: 40, moves: 10 })
      await shows(page, newest[at])
    }
    // Too little and too slow is no step.
    await flick(page, 60, { stepMs: 60, moves: 8 })
    expect(await shownTitle(page)).toBe(newest[4]!)
    expect(await page.locator('video').count()).toBeLessThanOrEqual(3)
    expect(problems).toEqual([])
  })

  // What a signal, a listener or an old slide still holds grows with every swipe.
  test('swiping leaves nothing behind: no element, no listener', async () => {
    await using visit = await world.visit('/', desktop)
    const { page } = visit
    await until(() => page.evaluate(plays))
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const rounds = async (count: number) => {
      for (let turn = 0; turn < 14 * count; turn++) {
        const down = turn % 14 < 7
        await page.keyboard.press(down ? 'j' : 'k')
        await shows(page, newest[down ? (turn % 14) + 1 : 13 - (turn % 14)])
      }
      // What belongs to the slide before is taken away after the next one was painted.
      const painted = 'requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))'
      await page.evaluate(`new Promise((done) => ${painted})`)
      await session.send('HeapProfiler.collectGarbage')
      const { metrics } = await session.send('Performance.getMetrics')
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
    }
    const before = await rounds(2)
    const after = await rounds(5)
    expect(after.JSEventListeners).toBe(before.JSEventListeners!)
    expect(Math.abs(after.Nodes! - before.Nodes!)).toBeLessThanOrEqual(20)
  })

  test('a tap pauses and plays, two taps like and never unlike', async () => {
    await using visit = await world.visit('/')
    const { page } = visit
    await until(() => page.evaluate(plays))
    await page.touchscreen.tap(180, 300)
    await until(async () => !(await page.evaluate(plays)))
    await page.touchscreen.tap(180, 300)
    await until(() => page.evaluate(plays))
    await page.touchscreen.tap(180, 300)
    await page.touchscreen.tap(180, 300)
    await page.locator('dialog[open] input[name=username]').waitFor()
  })

  test('each key does what the help says, without a click before, and nothing in a field', async () => {
    await using visit = await world.visit('/', desktop)
    const { page } = visit
    await until(() => page.evaluate(plays))
    let at = 0
    for (const key of ['ArrowDown', 'j', 'PageDown']) {
      await page.keyboard.press(key)
      await shows(page, newest[++at])
    }
    for (const key of ['ArrowUp', 'k', 'PageUp']) {
      await page.keyboard.press(key)
      await shows(page, newest[--at])
    }
    const current = "document.querySelector('article:not([inert]) video')"
    await until(() => page.evaluate(plays))
    await page.keyboard.press(' ')
    await until(() => page.evaluate(`${current}.paused`))
    const before = Number(await page.evaluate(`${current}.currentTime`))
    const long = Number(await page.evaluate(`${current}.duration`))
    await page.keyboard.press('ArrowRight')
    await until(
      async () =>
        Number(await page.evaluate(`${current}.currentTime`)) >= Math.min(long, before + 4.9) - 0.1,
    )
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press(' ')
    await until(() => page.evaluate(`!${current}.paused`))
    expect(await page.evaluate(`${current}.muted`)).toBe(true)
    await page.keyboard.press('m')
    await until(() => page.evaluate(`!${current}.muted`))
    await page.keyboard.press('?')
    await page.locator('dialog[open] kbd').first().waitFor()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    await page.locator('dialog[open] .composer input').fill('jkml c?')
    expect(await shownTitle(page)).toBe('eight')
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+j')
    expect(await shownTitle(page)).toBe('eight')
    await page.keyboard.press('l')
    await page.locator('dialog[open] input[name=username]').waitFor()
  })

  // On a slow machine the first key was lost: the video played before the page listened.
  test('a key counts as soon as the video plays, however slow the machine', async () => {
    for (let round = 0; round < 5; round++) {
      await using visit = await world.visit('/settings', desktop)
      const { page } = visit
      const session = await page.context().newCDPSession(page)
      await session.send('Emulation.setCPUThrottlingRate', { rate: 6 })
      await page.goto(world.server.url, { waitUntil: 'commit' })
      await until(() => page.evaluate<boolean>(plays).catch(() => false))
      await page.keyboard.press('j')
      await shows(page, newest[1])
    }
  })

  test('each notch of a wheel is one step', async () => {
    await using visit = await world.visit('/', desktop)
    const { page } = visit
    await until(() => page.evaluate(plays))
    await page.mouse.move(640, 400)
    for (let at = 1; at < 5; at++) {
      await page.mouse.wheel(0, 120)
      await shows(page, newest[at])
    }
    await page.mouse.wheel(0, -120)
    await shows(page, newest[3])
  })

  test('an address of a video begins there, and the feed goes on both ways around it', async () => {
    await using first = await world.visit('/')
    await until(() => first.page.evaluate(plays))
    await first.page.keyboard.press('j')
    await first.page.keyboard.press('j')
    await shows(first.page, newest[2])
    await until(() => first.page.evaluate("location.pathname !== '/'"))
    const path = String(await first.page.evaluate('location.pathname'))
    expect(path).toMatch(/^\/video\/\d+$/)
    await using visit = await world.visit(path)
    const { page } = visit
    expect(await shownTitle(page)).toBe(newest[2]!)
    await page.keyboard.press('j')
    await shows(page, newest[3])
    // What is newer comes a moment later.
    await page.locator('article:not([inert])[aria-posinset="4"]').waitFor()
    for (const title of [newest[2], newest[1], newest[0]]) {
      await page.keyboard.press('k')
      await shows(page, title)
    }
  })

  test('Back, forward and reload show what was there', async () => {
    await using visit = await world.visit('/')
    const { page, problems } = visit
    await until(() => page.evaluate(plays))
    await page.keyboard.press('j')
    await shows(page, newest[1])
    await until(() => page.evaluate("location.pathname !== '/'"))
    await page.locator('article:not([inert]) .author').click()
    await page.locator('.profile h1').waitFor()
    await page.locator('.grid a').nth(3).click()
    await shows(page, newest[3])
    const before = page.url()
    await page.keyboard.press('k')
    await shows(page, newest[2])
    await until(() => page.url() !== before)
    await page.goBack()
    await page.locator('.profile h1').waitFor()
    await page.goBack()
    await shows(page, newest[1])
    await page.goForward()
    await page.locator('.profile h1').waitFor()
    await page.reload()
    await page.locator('.profile h1').waitFor()
    await page.goBack()
    await shows(page, newest[1])
    await page.reload()
    await shows(page, newest[1])
    expect(problems).toEqual([])
  })

  test('texts of people are texts, whatever is in them', async () => {
    await using visit = await world.visit('/')
    const { page, problems } = visit
    await until(() => page.evaluate(plays))
    for (let at = 0; at < 3; at++) await page.keyboard.press('j')
    await shows(page, hostile)
    expect(await page.locator('article:not([inert]) .title').textContent()).toBe(hostile)
    expect(await page.locator('img[src=x]').count()).toBe(0)
    expect(problems).toEqual([])
  })

  test('reduced motion: nothing plays or moves by itself', async () => {
    await using visit = await world.visit('/', { reducedMotion: 'reduce' })
    const { page } = visit
    await page.locator('.big-play').waitFor()
    expect(await page.evaluate(plays)).toBe(false)
    await page.locator('.big-play').click()
    await until(() => page.evaluate(plays))
  })
})
