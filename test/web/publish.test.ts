import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { become, hold } from '../support/web/acts.ts'
import { createWorld, type World } from '../support/web/world.ts'

setDefaultTimeout(60_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['first'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const works = async (id: number): Promise<string[]> => {
  const { video_list: list } = await call(world.server, 'GET', 'publish/list/', { user_id: id })
  return list.map(({ title }: { title: string }) => title)
}
const file = async (name: string) => ({
  ...{ name, mimeType: 'video/mp4', buffer: Buffer.from(await freshClip()) },
})

describe.skipIf(noBrowser !== null)('videos of one’s own', () => {
  test('that wait to be sent are kept over a logout, and go with another person', async () => {
    const [ann, bob] = [await register(world.server), await register(world.server)]
    await using visit = await world.visit('/post', { as: ann })
    const { page } = visit
    const sent = await hold(page, '**/publish/action/', 'requests')
    await page
      .locator('input[type=file]')
      .setInputFiles([await file('one.mp4'), await file('two.mp4'), await file('three.mp4')])
    const item = page.locator('.upload')
    for (const at of [0, 1]) await item.nth(at).locator('button[type=submit]').click()
    await sent.asked(1)
    await become(page, null)
    await page.locator('.nav-me').click()
    await page.locator('.notice .button').waitFor()
    await page.goBack()
    expect(await item.count()).toBe(3)
    await become(page, bob)
    await item.first().waitFor({ state: 'detached' })
    // What the next one posts is all that is sent.
    await page.locator('input[type=file]').setInputFiles([await file('own.mp4')])
    sent.letGo()
    await item.locator('button[type=submit]').click()
    await item.locator('a.button').waitFor()
    expect(await works(bob.id)).toEqual(['own'])
    expect(await works(ann.id)).toEqual([])
  })

  test('that a stranger chose are posted by whoever the stranger turns out to be', async () => {
    const person = await register(world.server)
    await using visit = await world.visit('/post')
    const { page } = visit
    await page.locator('input[type=file]').setInputFiles([await file('mine.mp4')])
    await become(page, person)
    await page.locator('.upload button[type=submit]').click()
    await page.locator('.upload a.button').waitFor()
    expect(await works(person.id)).toEqual(['mine'])
  })

  test('get no other title before it is known which they have', async () => {
    await using visit = await world.visit(`/user/${world.author.id}/works/1`, { as: world.author })
    const { page } = visit
    await page.locator('article:not([inert]) .rail-button').last().click()
    await page.locator('dialog textarea').waitFor()
    const title = await hold(page, '**/douyin/video/?**', 'requests')
    const list = await hold(page, '**/publish/list/**', 'requests')
    await page.reload()
    await title.asked(1)
    const save = page.locator('dialog button[type=submit]')
    expect(await save.isDisabled()).toBe(true)
    title.letGo()
    list.letGo()
    await page.locator('dialog textarea').fill('renamed')
    await save.click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    await until(async () => (await works(world.author.id))[0] === 'renamed')
  })
})
