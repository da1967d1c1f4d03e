import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { refuseAsked } from '../support/web/acts.ts'
import { createWorld, desktop, plays, shownTitle, type World } from '../support/web/world.ts'

setDefaultTimeout(120_000)

const hostile = '<img src=x onerror=alert(1)> "sea" &amp; #a<b>c'
const titles = ['sea one #sunset', '海边的傍晚 #海', 'sea two #Sunset', hostile, 'sea three #sun']
const longName = `@${'w'.repeat(31)}`

let world: World
const people = new Map<string, number>()
beforeAll(async () => {
  if (noBrowser) return
  world = await createWorld(titles)
  for (const name of ['sea captain', 'sea lion', '海龟', 'بحر', longName]) {
    people.set(name, (await register(world.server, name)).id)
  }
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const field = (page: Page) => page.locator('input[type=search]')
const foundTitles = (page: Page) =>
  page.locator('.grid img').evaluateAll((all) => all.map((one) => one.getAttribute('alt')))
const finds = (page: Page, expected: readonly string[]) =>
  until(async () => String(await foundTitles(page)) === String(expected))
const shows = (page: Page, title: string) => until(async () => (await shownTitle(page)) === title)
/** A player that was just opened shows its video, and hears keys. */
const opens = async (page: Page, title: string) => {
  await shows(page, title)
  await until(() => page.evaluate(plays))
}
const tab = (page: Page, at: number) => page.locator('.search-head .tabs a').nth(at)
/** Lets the client ask for pages of two. */
const smallPages = (page: Page) =>
  page.route('**/douyin/search/**', (route) =>
    route.continue({ url: route.request().url().replace('limit=30', 'limit=2') }),
  )

describe.skipIf(noBrowser !== null)('the search', () => {
  for (const [size, options, entry] of [
    ['phone', { locale: 'zh-CN' }, '.feed-search'],
    ['desktop', desktop, '.nav-search'],
  ] as const) {
    test(`finds videos, people and tags, and Back leads through all of it (${size})`, async () => {
      await using visit = await world.visit('/', options)
      const { page, problems } = visit
      await until(() => page.evaluate(plays))
      await page.locator(entry).click()
      await page.locator('.notice').waitFor()
      // One can write at once.
      await page.keyboard.type('SEA')
      await finds(page, ['sea three #sun', hostile, 'sea two #Sunset', 'sea one #sunset'])
      await page.locator('.grid a').nth(2).click()
      await opens(page, 'sea two #Sunset')
      await page.keyboard.press('j')
      await shows(page, 'sea one #sunset')
      for (const title of ['sea two #Sunset', hostile, 'sea three #sun']) {
        await page.keyboard.press('k')
        await shows(page, title)
      }
      await page.goBack()
      await finds(page, ['sea three #sun', hostile, 'sea two #Sunset', 'sea one #sunset'])
      expect(await field(page).inputValue()).toBe('SEA')

      await tab(page, 1).click()
      await page.locator('.person').filter({ hasText: 'sea captain' }).waitFor()
      expect(await page.locator('.person').count()).toBe(2)
      await page.locator('.person .button').first().click()
      await page.locator('dialog[open] input[name=username]').waitFor()
      await page.goBack()
      await page.locator('dialog').waitFor({ state: 'detached' })
      await field(page).fill('#sunset')
      await tab(page, 2).click()
      await finds(page, ['sea two #Sunset', 'sea one #sunset'])
      // What was written and looked at is one place of the history.
      await page.goBack()
      await until(() => page.evaluate(plays))
      await page.goForward()
      await finds(page, ['sea two #Sunset', 'sea one #sunset'])
      await page.reload()
      await finds(page, ['sea two #Sunset', 'sea one #sunset'])
      expect(await field(page).inputValue()).toBe('#sunset')
      expect(problems).toEqual([])
    })
  }

  test('a #tag in a title leads to the videos with it, each under an address of its own', async () => {
    await using visit = await world.visit('/')
    const { page, problems } = visit
    await until(() => page.evaluate(plays))
    for (const title of [hostile, 'sea two #Sunset']) {
      await page.keyboard.press('j')
      await shows(page, title)
    }
    await page.locator('article:not([inert]) .tag').click()
    await finds(page, ['sea two #Sunset', 'sea one #sunset'])
    await page.locator('.grid a').first().click()
    await opens(page, 'sea two #Sunset')
    await page.keyboard.press('j')
    await shows(page, 'sea one #sunset')
    await until(() => page.evaluate("location.pathname === '/search/1'"))
    await page.reload()
    await opens(page, 'sea one #sunset')
    await page.keyboard.press('k')
    await shows(page, 'sea two #Sunset')
    await page.goBack()
    await finds(page, ['sea two #Sunset', 'sea one #sunset'])
    expect(problems).toEqual([])
  })

  test('reads page after page, also in the player, which stays where it is meanwhile', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    await smallPages(page)
    await page.goto(`${world.server.url}/search?q=sea`)
    await finds(page, ['sea three #sun', hostile, 'sea two #Sunset', 'sea one #sunset'])
    // The third is on the second page: the list is read up to there.
    await page.goto(`${world.server.url}/search/3?q=sea`)
    await opens(page, 'sea two #Sunset')
    await page.keyboard.press('k')
    await shows(page, hostile)
    await page.keyboard.press('k')
    await shows(page, 'sea three #sun')
  })

  test('Back leads to the same place of a long list', async () => {
    await using visit = await world.visit('/settings', { viewport: { width: 390, height: 300 } })
    const { page } = visit
    await smallPages(page)
    await page.goto(`${world.server.url}/search?q=sea`)
    await finds(page, ['sea three #sun', hostile, 'sea two #Sunset', 'sea one #sunset'])
    await page.locator('.grid a').last().scrollIntoViewIfNeeded()
    const top = 'document.querySelector("main").scrollTop'
    const before = Number(await page.evaluate(top))
    expect(before).toBeGreaterThan(50)
    await page.locator('.grid a').last().click()
    await opens(page, 'sea one #sunset')
    await page.goBack()
    await until(async () => Number(await page.evaluate(top)) === before)
    expect(await foundTitles(page)).toHaveLength(4)
  })

  // Each page that arrived put the player back to the video with which it was opened.
  test('a page that arrives moves nobody who has gone on', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    const held = Promise.withResolvers<void>()
    await page.route('**/douyin/search/**', async (route) => {
      const url = route.request().url().replace('limit=30', 'limit=2')
      if (url.includes('cursor=')) await held.promise
      await route.continue({ url })
    })
    await page.goto(`${world.server.url}/search/5?q=sea`)
    await opens(page, 'sea three #sun')
    await page.keyboard.press('j')
    await shows(page, hostile)
    held.resolve()
    // The next one is there as soon as the page is.
    await page.keyboard.press('j')
    await shows(page, 'sea two #Sunset')
  })

  test('says what it finds nothing for, whatever was written, and finds no half of a syllable', async () => {
    await using visit = await world.visit('/search')
    const { page, problems } = visit
    await page.locator('.notice').waitFor()
    const nothing = `<script>alert(1)</script>${'長'.repeat(60)}`
    await field(page).fill(nothing)
    await page.locator('.notice').filter({ hasText: 'Nothing was found' }).waitFor()
    // No longer than the API takes, and no wider than the screen.
    expect(await page.locator('.notice p').last().textContent()).toBe(nothing.slice(0, 64))
    expect(await page.evaluate('document.querySelector("main").scrollWidth')).toBe(390)
    for (const path of [
      '/search?q=%ff%00&type=evil',
      '/search?type=tag',
      '/search/7?q=sea&type=tag',
      '/search/x?q=sea',
    ]) {
      await page.goto(world.server.url + path)
      await page.locator('.notice').waitFor()
    }
    await page.goto(`${world.server.url}/search?type=user&q=w`)
    await page.locator('.person').filter({ hasText: longName }).waitFor()
    expect(await page.evaluate('document.querySelector("main").scrollWidth')).toBe(390)

    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).search))
    const session = await page.context().newCDPSession(page)
    await field(page).fill('')
    await field(page).focus()
    await session.send('Input.imeSetComposition', {
      ...{ text: 'h', selectionStart: 1, selectionEnd: 1 },
    })
    await session.send('Input.imeSetComposition', {
      ...{ text: 'hai', selectionStart: 3, selectionEnd: 3 },
    })
    // Longer than the pause after which is looked for what was written, by the same clock.
    await page.evaluate('new Promise((done) => setTimeout(done, 500))')
    await session.send('Input.insertText', { text: '海' })
    await page.locator('.person').filter({ hasText: '海龟' }).waitFor()
    expect(asked.filter((query) => /keyword=h/.test(query))).toEqual([])
    expect(problems).toEqual([])
  })

  // Whoever logs in to follow one of them has followed others long ago.
  test('people are shown as whoever has logged in meanwhile sees them', async () => {
    const person = await register(world.server)
    await call(world.server, 'POST', 'relation/action/', {
      ...{ token: person.token, to_user_id: people.get('sea lion')!, action_type: 1 },
    })
    await using visit = await world.visit('/search?q=sea&type=user')
    const { page } = visit
    const button = (name: string) => page.locator('.person', { hasText: name }).locator('button')
    await button('sea captain').click()
    const dialog = page.locator('dialog[open]')
    await dialog.locator('input[name=username]').fill(person.name)
    await dialog.locator('input[name=password]').fill('secret-1')
    await dialog.locator('button[type=submit]').click()
    for (const name of ['sea captain', 'sea lion']) {
      await until(async () => (await button(name).getAttribute('aria-pressed')) === 'true')
    }
  })

  test('what was looked for is offered again on this browser, until somebody logs out', async () => {
    const person = await register(world.server)
    await using visit = await world.visit('/search', { as: person })
    const { page } = visit
    await page.locator('.notice').waitFor()
    const offered = () => page.locator('.recent a').allTextContents()
    for (const text of ['sea', '海', '<b>sea</b>', '海']) {
      await field(page).fill(text)
      await page.keyboard.press('Enter')
      await page.locator('.search-head .tabs').waitFor()
      await page.locator('.nav-me').click()
      await page.locator('.profile h1').waitFor()
      await page.locator('.nav-home').click()
      await page.locator('.feed-search').click()
      await page.locator('.recent').waitFor()
    }
    expect(await offered()).toEqual(['海', '<b>sea</b>', 'sea'])
    await page.locator('.recent a').last().click()
    await finds(page, ['sea three #sun', hostile, 'sea two #Sunset', 'sea one #sunset'])
    expect(await field(page).inputValue()).toBe('sea')
    await page.goto(`${world.server.url}/settings`)
    await page.locator('.settings > .button.danger').click()
    await until(() => page.evaluate("localStorage['douyin.searches'] === undefined"))
    await page.evaluate("localStorage['douyin.searches'] = '{]'")
    await page.goto(`${world.server.url}/search`)
    await page.locator('.notice').waitFor()
  })

  test('what the server refuses can be tried again', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    const refused = await refuseAsked(page, '**/douyin/search/**')
    for (const path of ['/search?q=sea', '/search/5?q=sea']) {
      refused.is = true
      await page.goto(world.server.url + path)
      await page.locator('.notice').filter({ hasText: 'too fast' }).waitFor()
      refused.is = false
      await page.locator('.notice .button').click()
      await page.locator('.grid, article').first().waitFor()
    }
  })

  test('the key / leads there from anywhere, and is a letter in a field', async () => {
    await using visit = await world.visit(`/user/${world.author.id}`, desktop)
    const { page } = visit
    await page.locator('.profile h1').waitFor()
    await page.keyboard.press('/')
    await field(page).waitFor()
    await page.keyboard.type('a/b')
    expect(await field(page).inputValue()).toBe('a/b')
    await page.goto(`${world.server.url}/search?q=sea`)
    await finds(page, ['sea three #sun', hostile, 'sea two #Sunset', 'sea one #sunset'])
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.type')).toBe('search')
    await page.goto(world.server.url)
    await until(() => page.evaluate(plays))
    await page.keyboard.press('?')
    await page.locator('dialog[open] dd').filter({ hasText: 'Search' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    await field(page).waitFor()
    expect(await page.evaluate('location.pathname')).toBe('/search')
  })
})
