import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { noBrowser, openBrowser } from '../support/browser.ts'
import { program, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { createWorld, phone, type World } from '../support/web/world.ts'

setDefaultTimeout(120_000)

let world: World
beforeAll(async () => {
  if (!noBrowser) world = await createWorld(['only'])
})
afterAll(async () => world?.[Symbol.asyncDispose]())

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
