import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { hold, note, refuseAsked, registerIn } from '../support/web/acts.ts'
import { createWorld, plays, type World } from '../support/web/world.ts'
import { publish } from '../support/works.ts'

setDefaultTimeout(60_000)

const actions = '**/comment/action/'

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld([])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

/** A video that nobody has said anything about, newest in the feed. */
async function video(): Promise<number> {
  await publish(world.server, world.author.token, 'speechless', await freshClip())
  return (await call(world.server, 'GET', 'feed/')).video_list[0].id
}
const post = async (token: string, id: number, text: string) => {
  const { status_code: code } = await call(world.server, 'POST', 'comment/action/', {
    ...{ token, video_id: id, action_type: 1, comment_text: text },
  })
  expect(code).toBe(0)
}
const stored = async (id: number): Promise<string[]> => {
  const { comment_list: list } = await call(world.server, 'GET', 'comment/list/', { video_id: id })
  return list.map(({ content }: { content: string }) => content)
}
const comments = (page: Page) => page.locator('.comment p')
const field = (page: Page) => page.locator('dialog[open] .composer input')
const open = async (page: Page) => {
  await until(() => page.evaluate(plays))
  await page.keyboard.press('c')
  await page.locator('dialog[open] .composer').waitFor()
  await page.locator('dialog[open] .spinner').waitFor({ state: 'detached' })
}

describe.skipIf(noBrowser !== null)('a comment', () => {
  test('of a stranger who logs in for it is posted once and shown once', async () => {
    const id = await video()
    await using visit = await world.visit('/')
    const { page, problems } = visit
    await open(page)
    const sent = await hold(page, actions, 'requests')
    await field(page).fill('first words')
    await page.keyboard.press('Enter')
    await registerIn(page, 'stranger')
    await sent.asked(1)
    // It is not there any more to be sent again.
    await field(page).waitFor()
    expect(await field(page).inputValue()).toBe('')
    await field(page).press('Enter')
    sent.letGo()
    await comments(page).filter({ hasText: 'first words' }).waitFor()
    await page.locator('dialog h2').filter({ hasText: '1' }).waitFor()
    expect(await comments(page).allTextContents()).toEqual(['first words'])
    expect(await stored(id)).toEqual(['first words'])
    expect(problems).toEqual([])
  })

  test('that is refused is in the field again, unless another one was begun', async () => {
    const id = await video()
    const person = await register(world.server)
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await open(page)
    const refused = await refuseAsked(page, actions)
    await field(page).fill('one')
    await page.keyboard.press('Enter')
    await page.locator('.toast').waitFor()
    await until(async () => (await field(page).inputValue()) === 'one')
    await page.locator('.toast').waitFor({ state: 'detached' })
    const held = await hold(page, actions, 'requests')
    await page.keyboard.press('Enter')
    await held.asked(1)
    await field(page).fill('two')
    held.letGo()
    await page.locator('.toast').waitFor()
    refused.is = false
    await page.keyboard.press('Enter')
    await comments(page).filter({ hasText: 'two' }).waitFor()
    expect(await stored(id)).toEqual(['two'])
  })

  test('is deleted once, however often one presses, and can be tried again if that is refused', async () => {
    const id = await video()
    const person = await register(world.server)
    for (const text of ['one', 'two', 'three']) await post(person.token, id, text)
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await open(page)
    const second = page.locator('.comment').filter({ hasText: 'two' })
    const refused = await refuseAsked(page, actions)
    await second.locator('.link').last().click()
    await second.locator('.danger').dblclick()
    await page.locator('.toast').filter({ hasText: 'too fast' }).waitFor()
    await page.locator('.toast').waitFor({ state: 'detached' })
    refused.is = false
    const toasts = await note(page, "document.querySelectorAll('.toast').length")
    const held = await hold(page, actions, 'responses')
    await second.locator('.danger').dblclick()
    await held.asked(1)
    held.letGo()
    await second.waitFor({ state: 'detached' })
    await page.locator('dialog h2').filter({ hasText: '2' }).waitFor()
    await field(page).fill('four')
    await page.keyboard.press('Enter')
    await comments(page).filter({ hasText: 'four' }).waitFor()
    expect(await stored(id)).toEqual(['four', 'three', 'one'])
    expect(await toasts()).toEqual([0])
  })
})
