import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { noBrowser } from '../support/browser.ts'
import { png } from '../support/png.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { hold, note } from '../support/web/acts.ts'
import { createWorld, desktop, type World } from '../support/web/world.ts'
import { publish } from '../support/works.ts'

setDefaultTimeout(120_000)

const hostile = '<img src=x onerror=alert(1)> 💥\nأنا'

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['only'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

const shown = (token: string) =>
  call(world.server, 'GET', 'user/', { token }).then(({ user }) => user)

describe.skipIf(noBrowser !== null)('one’s own profile', () => {
  for (const [size, options] of [
    ['phone, zh', { locale: 'zh-CN' }],
    ['desktop, en', desktop],
  ] as const) {
    test(`name, words and pictures are changed, and everybody sees them (${size})`, async () => {
      const person = await register(world.server, `before-${size}`)
      await using visit = await world.visit('/me', { as: person, ...options })
      const { page, problems } = visit
      await page.locator('.profile-head > .button').click()
      const sheet = page.locator('dialog[open]')
      await sheet.locator('input[name=name]').fill(`小明-${size}`)
      await sheet.locator('textarea').fill(hostile)
      const file = { mimeType: 'image/png', buffer: png(64, 64) }
      await sheet.locator('input[name=avatar]').setInputFiles([{ name: 'a.png', ...file }])
      await sheet
        .locator('input[name=background_image]')
        .setInputFiles([{ name: 'b.png', ...file }])
      // What was chosen is shown before it is sent.
      for (const part of ['avatar', 'background_image']) {
        const source = sheet.locator(`.pick.${part} img`)
        await until(async () => (await source.getAttribute('src'))?.startsWith('blob:') ?? false)
        await until(() =>
          source.evaluate((image) => (image as { naturalWidth?: number }).naturalWidth === 64),
        )
      }
      await sheet.locator('button[type=submit]').click()
      await sheet.waitFor({ state: 'detached' })
      await page
        .locator('.profile h1')
        .filter({ hasText: `小明-${size}` })
        .waitFor()
      expect(await page.locator('.signature').textContent()).toBe(hostile)
      const now = await shown(person.token)
      expect(now).toMatchObject({ name: `小明-${size}`, signature: hostile })
      for (const [selector, url] of [
        ['.profile-head > .avatar', now.avatar],
        ['.profile-back', now.background_image],
      ] as const) {
        expect(url).toContain('/pictures/')
        expect(await page.locator(selector).getAttribute('src')).toBe(url)
      }
      expect(problems).toEqual([])
    })
  }

  test('what the server refuses is said in the language of the person, and nothing typed is lost', async () => {
    const person = await register(world.server, 'refused-1')
    await register(world.server, 'taken')
    await using visit = await world.visit('/settings', { as: person, locale: 'zh-CN' })
    const { page } = visit
    await page.locator('button.setting').first().click()
    const sheet = page.locator('dialog[open]')
    const problem = sheet.locator('.problem')
    const save = sheet.locator('button[type=submit]')
    const choose = (name: string, buffer: Buffer) =>
      sheet.locator('input[name=avatar]').setInputFiles([{ name, mimeType: 'image/png', buffer }])
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
    await sheet.locator('textarea').fill('还在这里')
    const refusals: [what: () => Promise<void>, sentence: string][] = [
      [() => sheet.locator('input[name=name]').fill('TAKEN'), '用户名已被注册'],
      [() => choose('words.png', Buffer.from('no picture')), '不是可读取的图片'],
      [() => choose('nothing.png', Buffer.alloc(0)), '不是可读取的图片'],
      [() => choose('moves.png', gif), '不支持 GIF'],
      [() => choose('large.png', Buffer.alloc((10 << 20) + 1, 1)), '图片超过'],
    ]
    for (const [what, sentence] of refusals) {
      await what()
      await save.click()
      await problem.filter({ hasText: sentence }).waitFor()
      expect(await sheet.locator('textarea').inputValue()).toBe('还在这里')
      await sheet.locator('input[name=name]').fill('refused-1')
    }
    for (const [status, code, sentence] of [
      [429, 9429, '操作太快了'],
      [500, 9500, '服务器内部错误'],
    ] as const) {
      await page.route('**/user/update/', (route) =>
        route.fulfill({ status, json: { status_code: code, status_msg: sentence } }),
      )
      await save.click()
      await problem.filter({ hasText: sentence }).waitFor()
      await page.unroute('**/user/update/')
    }
    await page.context().setOffline(true)
    await save.click()
    await problem.filter({ hasText: '网络已断开' }).waitFor()
    await page.context().setOffline(false)
    await choose('right.png', png(8, 8))
    await save.click()
    await sheet.waitFor({ state: 'detached' })
    expect(await shown(person.token)).toMatchObject({ name: 'refused-1', signature: '还在这里' })
  })

  test('a session that has ended meanwhile is said, and what was typed is still there', async () => {
    const person = await register(world.server, 'ended meanwhile')
    await using visit = await world.visit('/me', { as: person, locale: 'zh-CN' })
    const { page } = visit
    await page.locator('.profile-head > .button').click()
    const sheet = page.locator('dialog[open]')
    await sheet.locator('textarea').fill('写了很久')
    await call(world.server, 'POST', 'user/logout/', { token: person.token })
    await sheet.locator('button[type=submit]').click()
    // Something else may have found that out before.
    await sheet
      .locator('.problem')
      .filter({ hasText: /登录已失效|请先登录/ })
      .waitFor()
    expect(await sheet.locator('textarea').inputValue()).toBe('写了很久')
  })

  // Phones take photos of 50 million pixels; the server takes half of that.
  test('a photo that is too large for the server is made smaller before it is sent', async () => {
    const person = await register(world.server, 'photographer')
    await using visit = await world.visit('/me', { as: person })
    const { page, problems } = visit
    await page.locator('.profile-head > .button').click()
    const sheet = page.locator('dialog[open]')
    const file = { name: 'photo.png', mimeType: 'image/png', buffer: png(7000, 5000) }
    await sheet.locator('input[name=background_image]').setInputFiles([file])
    await sheet.locator('button[type=submit]').click()
    await sheet.waitFor({ state: 'detached' })
    const { background_image: url } = await shown(person.token)
    const { width } = await new Bun.Image(await (await fetch(url)).bytes()).metadata()
    expect(width).toBe(1440)
    expect(problems).toEqual([])
  })

  test('what was sent whole is saved though the sheet is closed, and no other sheet is closed by it', async () => {
    const person = await register(world.server, 'impatient')
    await using visit = await world.visit('/settings', { as: person })
    const { page } = visit
    await page.locator('button.setting').first().click()
    const sheet = page.locator('dialog[open]')
    await sheet.locator('textarea').fill('in a hurry')
    // It takes in what is sent, and answers nothing for a while.
    process.kill(world.server.pid, 'SIGSTOP')
    try {
      await sheet.locator('button[type=submit]').click()
      await sheet.locator('button[type=submit]').filter({ hasText: 'Processing' }).waitFor()
      await page.goBack()
      await sheet.waitFor({ state: 'detached' })
      await page.locator('button.setting').nth(1).click()
      await sheet.waitFor()
    } finally {
      process.kill(world.server.pid, 'SIGCONT')
    }
    await page.locator('.toast').filter({ hasText: 'Saved' }).waitFor()
    expect(await sheet.locator('h2').textContent()).toBe('Blocked people')
    expect((await shown(person.token)).signature).toBe('in a hurry')
  })

  test('closing the sheet stops what is on its way', async () => {
    const person = await register(world.server, 'stops')
    await using visit = await world.visit('/me', { as: person })
    const { page } = visit
    await page.locator('.profile-head > .button').click()
    const sheet = page.locator('dialog[open]')
    await page.route('**/user/update/', () => {})
    const failed = page.waitForEvent('requestfailed', (one) => one.url().includes('user/update'))
    await sheet.locator('textarea').fill('never')
    await sheet.locator('button[type=submit]').click()
    await sheet.locator('progress').waitFor()
    await page.goBack()
    await failed
    await sheet.waitFor({ state: 'detached' })
    expect((await shown(person.token)).signature).toBe('')
  })
})

describe.skipIf(noBrowser !== null)('an own video', () => {
  test('gets another title, shown wherever it is; a refusal says why; and is deleted, asked once more', async () => {
    const person = await register(world.server, 'titles')
    await publish(world.server, person.token, 'before', await freshClip())
    await using visit = await world.visit('/me', { as: person, locale: 'zh-CN' })
    const { page } = visit
    await page.locator('.grid a').click()
    const current = page.locator('article:not([inert])')
    await current.locator('.rail-button').last().click()
    const sheet = page.locator('dialog[open]')
    const title = sheet.locator('textarea')
    expect(await title.inputValue()).toBe('before')
    await page.route('**/publish/update/', (route) =>
      route.fulfill({ json: { status_code: 3001, status_msg: '视频不存在' } }),
    )
    await title.fill('<b>之后</b> #海边')
    await sheet.locator('button[type=submit]').click()
    await sheet.locator('.problem').filter({ hasText: '视频不存在' }).waitFor()
    await page.unroute('**/publish/update/')
    await sheet.locator('button[type=submit]').click()
    await sheet.waitFor({ state: 'detached' })
    expect(await current.locator('.title').textContent()).toBe('<b>之后</b> #海边')
    await page.goBack()
    expect(await page.locator('.grid img').getAttribute('alt')).toBe('<b>之后</b> #海边')
    const { video_list } = await call(world.server, 'GET', 'publish/list/', { user_id: person.id })
    expect(video_list[0].title).toBe('<b>之后</b> #海边')

    await page.locator('.grid a').click()
    await current.locator('.rail-button').last().click()
    // The sheet is there again after a reload, with what it was about.
    await page.reload()
    expect(await title.inputValue()).toBe('<b>之后</b> #海边')
    await sheet.locator('.danger').click()
    await sheet.locator('.button').last().click()
    await sheet.locator('textarea').waitFor()
    await sheet.locator('.danger').click()
    await sheet.locator('.button.primary').click()
    await page.locator('.notice a[href="/post"]').waitFor()
    const after = await call(world.server, 'GET', 'publish/list/', { user_id: person.id })
    expect(after.video_list).toEqual([])
  })
})

describe.skipIf(noBrowser !== null)('the profile of somebody else', () => {
  for (const outcome of ['answered', 'refused'] as const) {
    test(`${outcome} after one went on to one’s own takes nothing from that`, async () => {
      const me = await register(world.server, `me ${outcome}`)
      const other = await register(world.server, `other ${outcome}`)
      await call(world.server, 'POST', 'relation/action/', {
        ...{ token: me.token, to_user_id: other.id, action_type: 1 },
      })
      await using visit = await world.visit(`/user/${me.id}/following`, { as: me })
      const { page } = visit
      const asked = `**/douyin/user/?user_id=${other.id}`
      if (outcome === 'refused') await page.route(asked, (route) => route.abort())
      const held = await hold(page, asked, 'requests')
      await page.locator('.person-link').click()
      await held.asked(1)
      await page.locator('.nav-me').click()
      await page.locator('.profile h1').filter({ hasText: me.name }).waitFor()
      const names = await note(page, "document.querySelector('.profile h1')?.textContent")
      const ended =
        outcome === 'answered'
          ? page.waitForEvent('requestfinished')
          : page.waitForEvent('requestfailed')
      held.letGo()
      await ended
      await page.locator('.tabs a').last().click()
      await page.locator('.tabs a[aria-current=page]').filter({ hasText: 'Liked' }).waitFor()
      expect(await names()).toEqual([me.name])
    })
  }
})
