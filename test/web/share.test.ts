import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { createWorld, desktop, plays, type World } from '../support/web/world.ts'

setDefaultTimeout(120_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['first', 'second'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

describe.skipIf(noBrowser !== null)('a link to hand on', () => {
  // Where there is no HTTPS there is no clipboard of its own, and the old command has to do.
  for (const [how, script] of [
    ['by the clipboard', ''],
    ['without one', 'delete Navigator.prototype.clipboard'],
  ] as const) {
    test(`is that of the video on the screen, or of the person (${how})`, async () => {
      await using visit = await world.visit('/', desktop, script)
      const { page, problems } = visit
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await until(() => page.evaluate(plays))
      // Pasted as into a messenger.
      const pasted = async () => {
        await page.locator('.toast').filter({ hasText: 'Link copied' }).waitFor()
        await page.locator('.toast').waitFor({ state: 'detached' })
        await page.goto(`${world.server.url}/search`)
        await page.locator('input[type=search]').focus()
        await page.keyboard.press('Control+v')
        return page.locator('input[type=search]').inputValue()
      }
      await page.keyboard.press('j')
      await page.locator('article:not([inert])[aria-label=first]').waitFor()
      await page.locator('article:not([inert]) .rail-button').nth(2).click()
      expect(await pasted()).toBe(`${world.server.url}/video/1`)
      await page.goto(`${world.server.url}/user/${world.author.id}/liked`)
      await page.locator('.profile-bar .round').nth(1).click()
      expect(await pasted()).toBe(`${world.server.url}/user/${world.author.id}`)
      expect(problems).toEqual([])
    })
  }
})
