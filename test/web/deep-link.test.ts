import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { feedPageSize } from '../../src/video/model.ts'
import { call } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { createWorld, desktop, plays, shownTitle, type World } from '../support/web/world.ts'
import { publish } from '../support/works.ts'

setDefaultTimeout(120_000)

/** The oldest is on the second page of the feed. */
const count = feedPageSize + 4

let world: World
let ids: readonly number[] = []

beforeAll(async () => {
  if (noBrowser) return
  world = await createWorld([])
  const bytes = await freshClip()
  for (let at = 1; at <= count; at++) {
    await publish(world.server, world.author.token, `video ${at}`, bytes)
  }
  const { video_list } = await call(world.server, 'GET', 'publish/list/', {
    user_id: world.author.id,
  })
  ids = video_list.map(({ id }: { id: number }) => id).toReversed()
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const shows = (page: Page, title: string) => until(async () => (await shownTitle(page)) === title)

/** Follows a link inside the page, as one in a message would be. */
const follow = (page: Page, path: string) =>
  page.evaluate(`{
    const link = document.createElement('a')
    link.href = ${JSON.stringify(path)}
    document.body.append(link)
    link.click()
    link.remove()
  }`)

describe.skipIf(noBrowser !== null)('an address of a video', () => {
  test('begins there however far back it is, and the feed goes on both ways', async () => {
    await using visit = await world.visit('/', desktop)
    const { page, problems } = visit
    await until(() => page.evaluate(plays))
    // It doesn't wait for the feed around it.
    const shown = Promise.withResolvers<void>()
    await page.route('**/douyin/feed/**', async (route) => {
      await shown.promise
      await route.continue()
    })
    await follow(page, `/video/${ids[1]}`)
    await shows(page, 'video 2')
    shown.resolve()
    await page.keyboard.press('j')
    await shows(page, 'video 1')
    await page.keyboard.press('k')
    await shows(page, 'video 2')
    // What is newer comes a moment later.
    await page.locator('.steppers button').first().and(page.locator(':enabled')).waitFor()
    for (let at = 3; at <= 6; at++) {
      await page.keyboard.press('k')
      await shows(page, `video ${at}`)
    }
    await page.goto(`${world.server.url}/video/${ids[0]}`)
    await shows(page, 'video 1')
    expect(problems).toEqual([])
  })

  for (const [size, options, sentence] of [
    ['phone, zh', { locale: 'zh-CN' }, '视频不存在'],
    ['desktop, en', desktop, 'does not exist'],
  ] as const) {
    test(`of one that is gone says so, and the feed is there (${size})`, async () => {
      await using visit = await world.visit('/video/999999', options)
      const { page } = visit
      await page.locator('.toast').filter({ hasText: sentence }).waitFor()
      await shows(page, `video ${count}`)
      await page.keyboard.press('j')
      await shows(page, `video ${count - 1}`)
    })
  }

  test('without a network says so, and can be tried again', async () => {
    await using visit = await world.visit('/settings')
    const { page } = visit
    await page.context().setOffline(true)
    await follow(page, `/video/${ids[0]}`)
    await page.locator('.notice').filter({ hasText: 'offline' }).waitFor()
    await page.context().setOffline(false)
    await page.locator('.notice button').click()
    await shows(page, 'video 1')
  })
})
