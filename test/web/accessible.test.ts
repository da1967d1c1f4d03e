import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { noBrowser } from '../support/browser.ts'
import { tour } from '../support/web/targets/flow.ts'
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
      const { axe, problems } = await tour(world, options)
      expect(axe).toEqual([])
      expect(problems).toEqual([])
    })
  }
})
