import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { noBrowser } from '../support/browser.ts'
import { axeProblems } from '../support/web/axe.ts'
import { allScreens, settle, sheets, showSheet } from '../support/web/screens.ts'
import { createWorld, desktop, phone, type World } from '../support/web/world.ts'

setDefaultTimeout(180_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['first', 'second #tag', 'third'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

describe.skipIf(noBrowser !== null)('axe finds nothing', () => {
  // A button without a name, a colour too pale, a list without items: each screen of the list of
  // addresses is looked at, so a new one can't be forgotten.
  for (const [name, options] of [
    ['phone, dark', { ...phone, colorScheme: 'dark' }],
    ['desktop, light', { ...desktop, colorScheme: 'light' }],
  ] as const) {
    test(`on any screen or sheet (${name})`, async () => {
      const { person, videoId, paths } = await allScreens(world)
      await using visit = await world.visit('/', { ...options, as: person })
      const { page, problems } = visit
      const found: string[] = []
      for (const path of paths) {
        await page.goto(world.server.url + path)
        await settle(page)
        found.push(...(await axeProblems(page)).map((one) => `${path}: ${one}`))
      }
      await page.goto(world.server.url)
      for (const sheet of sheets) {
        await showSheet(page, sheet, videoId)
        found.push(...(await axeProblems(page)).map((one) => `${sheet}: ${one}`))
        await page.goBack()
        await page.locator('dialog').waitFor({ state: 'detached' })
      }
      expect(found).toEqual([])
      // Of somebody who isn't there, the page is a 404.
      expect(problems.filter((one) => !one.includes('404'))).toEqual([])
    })
  }
})
