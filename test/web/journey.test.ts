import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { clip } from '../support/media/clips.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { refuseAsked, registerIn } from '../support/web/acts.ts'
import { createWorld, desktop, plays, shownTitle, type World } from '../support/web/world.ts'
import { publish } from '../support/works.ts'

setDefaultTimeout(120_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['first', 'second', 'third'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const like = (page: Page) => page.locator('article:not([inert]) .rail-button').first()

describe.skipIf(noBrowser !== null)('what people do', () => {
  for (const [size, options] of [
    ['phone', { locale: 'zh-CN' }],
    ['desktop', desktop],
  ] as const) {
    test(`a stranger likes, registers, and the like is there; comments; follows (${size})`, async () => {
      await using visit = await world.visit('/', options)
      const { page, problems } = visit
      await until(() => page.evaluate(plays))
      await like(page).click()
      await registerIn(page, `陌生人-${size}`)
      await until(async () => (await like(page).getAttribute('aria-pressed')) === 'true')

      await page.locator('article:not([inert]) .rail-button').nth(1).click()
      const sheet = page.locator('dialog[open]')
      await sheet.locator('.composer input').fill(`<i>好看</i> ${size}`)
      await page.keyboard.press('Enter')
      const own = sheet.locator('.comment').filter({ hasText: `<i>好看</i> ${size}` })
      await own.waitFor()
      await own.locator('.comment-foot .link').click()
      await own.locator('.danger').click()
      await own.waitFor({ state: 'detached' })
      await page.goBack()
      await sheet.waitFor({ state: 'detached' })

      await page.locator('article:not([inert]) .author').click()
      const follow = page.locator('.actions .button').first()
      await follow.click()
      await until(async () => (await follow.getAttribute('aria-pressed')) === 'true')
      // All of it is on the server, not only on the screen.
      await page.reload()
      await until(async () => (await follow.getAttribute('aria-pressed')) === 'true')
      await page.goBack()
      await until(async () => (await like(page).getAttribute('aria-pressed')) === 'true')
      expect(problems).toEqual([])
    })
  }

  test('what the server refuses is undone and said', async () => {
    const person = await register(world.server, 'refused')
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await refuseAsked(page, '**/favorite/action/')
    await until(() => page.evaluate(plays))
    await like(page).click()
    await page.locator('.toast').waitFor()
    await until(async () => (await like(page).getAttribute('aria-pressed')) === 'false')
  })

  test('a session that has ended is said once, and one can log in again', async () => {
    const person = await register(world.server, 'ended')
    await using visit = await world.visit('/', { as: { ...person, token: 'x'.repeat(32) } })
    const { page } = visit
    await page.locator('.toast').waitFor()
    await until(() => page.evaluate(plays))
    await until(() => page.evaluate("localStorage.getItem('douyin.session') === null"))
    await like(page).click()
    await page.locator('dialog[open] input[name=username]').waitFor()
  })

  test('a post: previewed, cancelled, tried again, and there it is', async () => {
    const person = await register(world.server, 'poster')
    await using visit = await world.visit('/post', { as: person })
    const { page, problems } = visit
    let held = true
    await page.route('**/publish/action/', async (route) => {
      // Held until it is cancelled.
      if (!held) await route.continue()
    })
    await page.locator('input[type=file]').setInputFiles([
      {
        name: 'a day.mp4',
        mimeType: 'video/mp4',
        buffer: Buffer.from(await Bun.file(await clip('h264')).bytes()),
      },
    ])
    const item = page.locator('.upload')
    expect(await item.locator('textarea').inputValue()).toBe('a day')
    await item.locator('textarea').fill('A day at the sea #sea')
    await item.locator('button[type=submit]').click()
    await item.locator('.upload-actions button').first().click()
    await item.locator('.problem').waitFor()
    held = false
    await page.unroute('**/publish/action/')
    await item.locator('button[type=submit]').click()
    await item.locator('a.button').click()
    await page.locator('.grid a').first().waitFor()
    expect(await page.locator('.grid img').first().getAttribute('alt')).toBe(
      'A day at the sea #sea',
    )
    expect(problems.filter((one) => !one.includes('ERR_'))).toEqual([])
  })

  test('whom one follows has a feed, an own video can be deleted, and other devices be ended', async () => {
    const person = await register(world.server, 'keeper')
    const other = await call(world.server, 'POST', 'user/login/', {
      username: person.name,
      password: 'secret-1',
    })
    await publish(world.server, person.token, 'mine', await freshClip())
    await call(world.server, 'POST', 'relation/action/', {
      ...{ token: person.token, to_user_id: world.author.id, action_type: 1 },
    })
    await using visit = await world.visit('/following', { as: person })
    const { page, problems } = visit
    expect(await shownTitle(page)).toBe('third')
    await page.goto(`${world.server.url}/me`)
    await page.locator('.grid a').first().click()
    expect(await shownTitle(page)).toBe('mine')
    await page.locator('article:not([inert]) .rail-button').last().click()
    await page.locator('dialog[open] .danger').click()
    await page.locator('dialog[open] .button.primary').click()
    await page.locator('.notice a[href="/post"]').waitFor()
    const works = await call(world.server, 'GET', 'publish/list/', { user_id: person.id })
    expect(works.video_list).toEqual([])
    await page.goto(`${world.server.url}/settings`)
    const ends = page.locator('.setting .danger')
    await ends.first().click()
    await ends.waitFor({ state: 'detached' })
    const gone = await call(world.server, 'GET', 'user/', { token: other.token })
    expect(gone.status_code).toBe(1005)
    expect(problems).toEqual([])
  })

  test('two people chat, live, with the server started anew in between', async () => {
    const [ming, hong] = [await register(world.server, '小明'), await register(world.server, 'هند')]
    await using one = await world.visit(`/messages/${hong.id}`, { as: ming })
    await using two = await world.visit(`/messages/${ming.id}`, { as: hong, ...desktop })
    const say = async (page: Page, text: string) => {
      await page.locator('.composer input').fill(text)
      await page.keyboard.press('Enter')
    }
    const hears = (page: Page, text: string) =>
      page.locator('.bubble').filter({ hasText: text }).waitFor()
    await say(one.page, '在吗')
    await hears(two.page, '在吗')
    await two.page.locator('.composer input').pressSequentially('hm')
    await one.page.locator('.page-head').filter({ hasText: 'typing' }).waitFor()
    await say(two.page, 'yes <b>here</b>')
    await hears(one.page, 'yes <b>here</b>')
    await two.page.locator('.line-read').filter({ hasText: 'Read' }).waitFor()
    await world.restart()
    // Said while there is no connection yet, or none any more: it goes when there is one.
    await say(one.page, '回来了')
    await hears(two.page, '回来了')
    await until(async () => (await one.page.locator('.pending').count()) === 0)
    expect(await two.page.locator('.bubble').allTextContents()).toEqual([
      '在吗',
      'yes <b>here</b>',
      '回来了',
    ])
    await one.page.goto(`${world.server.url}/messages`)
    await one.page.locator('.person').filter({ hasText: 'هند' }).waitFor()
  })
})
