import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { noBrowser, openBrowser } from '../support/browser.ts'
import { png } from '../support/png.ts'
import { program, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { createWorld, desktop, phone, type World } from '../support/web/world.ts'
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

describe.skipIf(noBrowser !== null)('the account', () => {
  test('another password ends the other devices, and the list of them says so; a wrong one is refused', async () => {
    const person = await register(world.server, 'secretive')
    await call(world.server, 'POST', 'user/login/', {
      ...{ username: person.name, password: 'secret-1' },
    })
    await using visit = await world.visit('/settings', { as: person, locale: 'zh-CN' })
    const { page, problems } = visit
    await page.locator('.setting .danger').waitFor()
    const form = page.locator('.plain-form')
    await form.locator('input[name=old]').fill('not it')
    await form.locator('input[name=new]').fill('a-better-secret-2')
    await form.locator('button').click()
    await form.locator('.problem').filter({ hasText: '原密码不正确' }).waitFor()
    await form.locator('[type=checkbox]').check()
    expect(await form.locator('input[name=new]').getAttribute('type')).toBe('text')
    await form.locator('input[name=old]').fill('secret-1')
    await form.locator('button').click()
    await page.locator('.setting .danger').waitFor({ state: 'detached' })
    const again = { username: person.name, password: 'a-better-secret-2' }
    expect((await call(world.server, 'POST', 'user/login/', again)).status_code).toBe(0)
    expect(problems).toEqual([])
  })

  test('a list of devices that cannot be read is no empty one', async () => {
    const person = await register(world.server, 'offline lists')
    await using visit = await world.visit('/', { as: person })
    const { page } = visit
    await page.route('**/user/sessions/', (route) => route.abort())
    await page.goto(`${world.server.url}/settings`)
    await page.locator('.card .notice button').waitFor()
    await page.unroute('**/user/sessions/')
    await page.locator('.card .notice button').click()
    await page.locator('.setting').filter({ hasText: 'This device' }).waitFor()
  })

  test('logging out ends the session, and forgets whom one has blocked', async () => {
    const person = await register(world.server, 'leaves')
    await call(world.server, 'POST', 'relation/block/', {
      ...{ token: person.token, to_user_id: world.author.id, action_type: 1 },
    })
    await using visit = await world.visit('/settings')
    const { page, problems } = visit
    // Once, so that a reload doesn't bring it back.
    await page.evaluate(
      `localStorage['douyin.session'] = ${JSON.stringify(JSON.stringify({ userId: person.id, token: person.token }))}`,
    )
    await page.goto(`${world.server.url}/`)
    await page.locator('.notice a[href="/post"]').waitFor()
    await page.locator('.navigation a[href="/me"]').click()
    await page.locator('a[href="/settings"]').click()
    const ended = page.waitForResponse((response) => response.url().endsWith('/user/logout/'))
    await page.locator('.settings > .danger').click()
    await page.locator('article').first().waitFor()
    await ended
    const answer = await call(world.server, 'GET', 'user/', { token: person.token })
    expect(answer.status_code).toBe(1005)
    await page.goto(`${world.server.url}/me`)
    await page.locator('.notice .button').waitFor()
    expect(problems).toEqual([])
  })

  test('a stranger can choose the language, and log in from there', async () => {
    await using visit = await world.visit('/me')
    const { page, problems } = visit
    await page.locator('.notice a.link').click()
    await page.locator('select').selectOption('zh')
    await page.locator('h1').filter({ hasText: '设置' }).waitFor()
    // No phone gets to an address of this machine alone.
    expect(await page.locator('.qr').count()).toBe(0)
    await page.locator('.settings > .button.primary').click()
    await page.locator('dialog[open] input[name=username]').waitFor()
    expect(problems).toEqual([])
  })
})

test.skipIf(noBrowser !== null)(
  'where it takes an invite to register, there is a field for it',
  async () => {
    const directory = temporaryDirectory()
    await using server = await spawnServer(program, directory.path, {
      flags: ['--registration', 'invite'],
    })
    await using browser = await openBrowser()
    const page = await browser.page({ ...phone, locale: 'zh-CN' })
    await page.goto(`${server.url}/me`)
    await page.locator('.notice .button').click()
    const sheet = page.locator('dialog[open]')
    await sheet.locator('form > button.link').click()
    await sheet.locator('input[name=username]').fill('被邀请的人')
    await sheet.locator('input[name=password]').fill('a-long-secret-1')
    expect(await sheet.locator('input[name=invite]').count()).toBe(0)
    await sheet.locator('button[type=submit]').click()
    await sheet.locator('.problem').filter({ hasText: '邀请码' }).waitFor()
    await sheet.locator('input[name=invite]').fill('wrong')
    await sheet.locator('button[type=submit]').click()
    await sheet.locator('.problem').filter({ hasText: '无效' }).waitFor()
    const { stdout } = await run([...program, 'users', 'invite', '--data', directory.path])
    const [code = ''] = /\w{5}(-\w{5}){3}/.exec(stdout) ?? []
    await sheet.locator('input[name=invite]').fill(` ${code} `)
    await sheet.locator('button[type=submit]').click()
    await page.locator('.profile h1').filter({ hasText: '被邀请的人' }).waitFor()
    directory.clean()
  },
)
