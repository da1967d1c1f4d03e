import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { refuseAsked, registerIn } from '../support/web/acts.ts'
import { createWorld, desktop, plays, shownTitle, type World } from '../support/web/world.ts'
import { publish } from '../support/works.ts'

setDefaultTimeout(120_000)

let world: World
let rude: { id: number; name: string; token: string }
let videoId: number

beforeAll(async () => {
  if (noBrowser) return
  world = await createWorld(['oldest', 'kind'])
  rude = await register(world.server, '<b>Rude</b> אבג')
  await publish(world.server, rude.token, 'rude 1', await freshClip())
  await publish(world.server, rude.token, 'rude 2', await freshClip())
  await publish(world.server, world.author.token, 'newest', await freshClip())
  const { video_list } = await call(world.server, 'GET', 'feed/')
  videoId = video_list[0].id
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const comment = (token: string, text: string) =>
  call(world.server, 'POST', 'comment/action/', {
    ...{ token, video_id: videoId, action_type: 1, comment_text: text },
  }).then((answer) => answer.comment.id as number)

const blockedOf = async (token: string): Promise<number[]> => {
  const { user_list } = await call(world.server, 'GET', 'relation/block/list/', { token })
  return user_list.map(({ id }: { id: number }) => id)
}

const shows = (page: Page, title: string) => until(async () => (await shownTitle(page)) === title)

const more = (page: Page) => page.locator('article:not([inert]) .rail-button').last()

describe.skipIf(noBrowser !== null)('somebody whom one does not want to see', () => {
  for (const [size, options] of [
    ['phone, zh', { locale: 'zh-CN' }],
    ['desktop, en', desktop],
  ] as const) {
    test(`is blocked from a video: gone from feed and comments at once, and for good, until it is taken back (${size})`, async () => {
      const id = await comment(rude.token, `rude words ${size}`)
      await using visit = await world.visit('/', options)
      const { page, problems } = visit
      await until(() => page.evaluate(plays))
      await page.keyboard.press('j')
      await shows(page, 'rude 2')
      await more(page).click()
      const sheet = page.locator('dialog[open]')
      expect(await sheet.locator('h2').textContent()).toBe(`@${rude.name}`)
      // A stranger logs in first, and then it is done.
      await sheet.locator('.danger').click()
      await registerIn(page, `blocker-${size}`)
      await shows(page, 'kind')
      await sheet.waitFor({ state: 'detached' })
      await until(() => page.evaluate(plays))
      await page.keyboard.press('k')
      await shows(page, 'newest')
      await page.keyboard.press('c')
      await page.locator('dialog[open] .composer').waitFor()
      await page.locator('dialog[open] .spinner').waitFor({ state: 'detached' })
      expect(await page.locator('.comment').filter({ hasText: 'rude words' }).count()).toBe(0)
      await page.goBack()

      // The page comes with the newest videos of everybody.
      await page.goto(`${world.server.url}/`)
      await until(() => page.evaluate(plays))
      for (const title of ['newest', 'kind', 'oldest']) {
        await shows(page, title)
        await page.keyboard.press('j')
      }

      await page.goto(`${world.server.url}/user/${rude.id}`)
      const unblock = page.locator('.profile-head > .button')
      await unblock.waitFor()
      await page.goto(`${world.server.url}/settings`)
      await page.locator('button.setting').nth(1).click()
      const entry = page.locator('dialog[open] .person')
      expect(await entry.locator('b').textContent()).toBe(rude.name)
      await entry.locator('.button').click()
      await page.locator('dialog[open] .notice').waitFor()
      await page.goto(`${world.server.url}/`)
      await until(() => page.evaluate(plays))
      await page.keyboard.press('j')
      await shows(page, 'rude 2')
      await call(world.server, 'POST', 'comment/action/', {
        ...{ token: rude.token, video_id: videoId, action_type: 2, comment_id: id },
      })
      expect(problems).toEqual([])
    })
  }

  test('is blocked from the profile, which says so; neither of the two follows the other; a refusal changes nothing', async () => {
    const person = await register(world.server, 'profile blocker')
    const follow = (from: string, to: number) =>
      call(world.server, 'POST', 'relation/action/', {
        ...{ token: from, to_user_id: to, action_type: 1 },
      })
    await follow(person.token, rude.id)
    await follow(rude.token, person.id)
    await using visit = await world.visit(`/user/${rude.id}`, { as: person, locale: 'zh-CN' })
    const { page } = visit
    const block = async () => {
      await page.locator('.profile-bar button').last().click()
      await page.locator('dialog[open] .danger').click()
    }
    const refused = await refuseAsked(page, '**/relation/block/')
    await block()
    await page.locator('.toast').filter({ hasText: '操作太快了' }).waitFor()
    expect(await page.locator('.actions').count()).toBe(1)
    refused.is = false
    await page.locator('dialog[open] .danger').click()
    await page.locator('.profile-head').filter({ hasText: '你已屏蔽此人' }).waitFor()
    expect(await blockedOf(person.token)).toEqual([rude.id])
    const { user } = await call(world.server, 'GET', 'user/', { token: person.token })
    expect(user).toMatchObject({ follow_count: 0, follower_count: 0 })
    // Another device of the same person hears of it when it is opened.
    await using other = await world.visit('/', { as: person })
    await until(() => other.page.evaluate("localStorage['douyin.blocked'] !== undefined"))
    await page.locator('.profile-head > .button').click()
    await page.locator('.actions').waitFor()
    expect(await blockedOf(person.token)).toEqual([])
  })

  test('is gone from the feed of whom one follows, too', async () => {
    const person = await register(world.server, 'follower')
    for (const { id } of [rude, world.author]) {
      await call(world.server, 'POST', 'relation/action/', {
        ...{ token: person.token, to_user_id: id, action_type: 1 },
      })
    }
    await using visit = await world.visit('/following', { as: person })
    const { page } = visit
    await until(() => page.evaluate(plays))
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await shows(page, 'rude 1')
    await more(page).click()
    await page.locator('dialog[open] .danger').click()
    await shows(page, 'kind')
    // A sheet keeps the keys to itself until it is closed, some milliseconds later.
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('k')
    await shows(page, 'newest')
  })

  test('is never what a page begins with, before the server has said anything', async () => {
    const person = await register(world.server, 'begins anew')
    const known = `localStorage['douyin.blocked'] = '${world.author.id}'`
    await using visit = await world.visit('/settings', { as: person }, known)
    const { page } = visit
    await page.route('**/relation/block/list/**', (route) => route.abort())
    await page.goto(`${world.server.url}/`)
    expect(await shownTitle(page)).toBe('rude 2')
    // The video that comes with the page begins before any script runs.
    await page.addInitScript(known.replace(/'$/, `,${rude.id}'`))
    await page.goto(`${world.server.url}/`)
    await page.locator('.notice').waitFor()
    expect(await page.locator('video').count()).toBe(0)
  })

  test('who is blocked is told so when writing, and what was written stays', async () => {
    const person = await register(world.server, 'has enough')
    await call(world.server, 'POST', 'relation/block/', {
      ...{ token: person.token, to_user_id: rude.id, action_type: 1 },
    })
    await using visit = await world.visit(`/messages/${person.id}`, { as: rude, locale: 'zh-CN' })
    const { page } = visit
    await page.locator('.composer input').fill('听我说')
    await page.keyboard.press('Enter')
    await page.locator('.toast').filter({ hasText: '对方已将你屏蔽' }).waitFor()
    await page.locator('.line .danger').waitFor()
    expect(await page.locator('.bubble').allTextContents()).toEqual(['听我说'])
  })

  test('is reported with a reason and words: a person, a video, a comment', async () => {
    const person = await register(world.server, 'reporter')
    const commentId = await comment(rude.token, 'report me')
    await using visit = await world.visit('/', { as: person, locale: 'zh-CN' })
    const { page, problems } = visit
    const sheet = page.locator('dialog[open]')
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/report/action/')) sent.push(request.postData() ?? '')
    })
    const report = async (words: string) => {
      await sheet.locator('.button').first().click()
      await sheet.locator('input[type=radio]').nth(1).check()
      await sheet.locator('textarea').fill(words)
      await sheet.locator('button[type=submit]').click()
      await page.locator('.toast').filter({ hasText: '已举报' }).waitFor()
      await page.locator('.toast').waitFor({ state: 'detached' })
    }
    await until(() => page.evaluate(plays))
    await page.keyboard.press('c')
    await page.locator('.comment').filter({ hasText: 'report me' }).locator('.link').click()
    await report('')
    // The comments are there again.
    await page.locator('.comment').filter({ hasText: 'report me' }).waitFor()
    await page.goBack()
    await sheet.waitFor({ state: 'detached' })
    await page.keyboard.press('j')
    await shows(page, 'rude 2')
    await more(page).click()
    await report('长'.repeat(300))
    await page.goto(`${world.server.url}/user/${rude.id}`)
    await page.locator('.profile-bar button').last().click()
    await report('<i>')
    const fields = sent.map((body) => Object.fromEntries(new URLSearchParams(body)))
    const { video_list } = await call(world.server, 'GET', 'feed/')
    expect(fields.map(({ target_type, target_id }) => [target_type, target_id])).toEqual([
      ['2', String(commentId)],
      ['1', String(video_list[1].id)],
      ['3', String(rude.id)],
    ])
    expect(fields[2]?.reason).toBe('辱骂或骚扰: <i>')
    expect(problems).toEqual([])
  })

  test('a stranger logs in first, and then the report is sent, or it is said why not', async () => {
    await using visit = await world.visit(`/user/${rude.id}`)
    const { page } = visit
    const sheet = page.locator('dialog[open]')
    const report = async () => {
      await page.locator('.profile-bar button').last().click()
      await sheet.locator('.button').first().click()
      await sheet.locator('input[type=radio]').first().check()
      await sheet.locator('button[type=submit]').click()
    }
    await report()
    await page.route('**/report/action/', (route) =>
      route.fulfill({ json: { status_code: 2003, status_msg: 'There is no such user' } }),
    )
    await registerIn(page, 'stranger who reports')
    await page.locator('.toast').filter({ hasText: 'no such user' }).waitFor()
    await page.unroute('**/report/action/')
    await page.goBack()
    await sheet.waitFor({ state: 'detached' })
    await report()
    await page.locator('.toast').filter({ hasText: 'Reported' }).waitFor()
    await sheet.waitFor({ state: 'detached' })
  })

  test('a report that is refused says why and keeps what was written', async () => {
    const person = await register(world.server, 'reporter 2')
    await using visit = await world.visit(`/user/${rude.id}`, { as: person })
    const { page } = visit
    await page.locator('.profile-bar button').last().click()
    const sheet = page.locator('dialog[open]')
    await sheet.locator('.button').first().click()
    // Without a reason it isn't sent.
    await sheet.locator('button[type=submit]').click()
    expect(await sheet.locator('input:invalid').count()).toBeGreaterThan(0)
    await sheet.locator('input[type=radio]').last().check()
    await sheet.locator('textarea').fill('words')
    await page.context().setOffline(true)
    await sheet.locator('button[type=submit]').click()
    await sheet.locator('.problem').filter({ hasText: 'offline' }).waitFor()
    expect(await sheet.locator('textarea').inputValue()).toBe('words')
  })
})

describe.skipIf(noBrowser !== null)('comments', () => {
  test('of others are removed by the author of the video, from a deep link too; nobody else has a way to', async () => {
    const person = await register(world.server, 'passer-by')
    await comment(rude.token, 'remove me')
    const path = `/video/${videoId}`
    await using visit = await world.visit(path, { as: world.author, ...desktop })
    await using other = await world.visit(path, { as: person })
    for (const { page } of [visit, other]) {
      await until(() => page.evaluate(plays))
      await page.keyboard.press('c')
    }
    const entry = (page: Page) => page.locator('.comment').filter({ hasText: 'remove me' })
    await entry(other.page).waitFor()
    expect(await entry(other.page).locator('.link').count()).toBe(1)
    const count = visit.page.locator('dialog[open] h2')
    const before = Number.parseInt((await count.textContent()) ?? '', 10)
    await entry(visit.page).locator('.link').last().click()
    await entry(visit.page).locator('.danger').click()
    await entry(visit.page).waitFor({ state: 'detached' })
    expect(Number.parseInt((await count.textContent()) ?? '', 10)).toBe(before - 1)
    const { comment_list } = await call(world.server, 'GET', 'comment/list/', { video_id: videoId })
    expect(comment_list.map(({ content }: { content: string }) => content)).not.toContain(
      'remove me',
    )
    expect(visit.problems).toEqual([])
  })
})
