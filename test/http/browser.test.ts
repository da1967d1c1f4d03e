import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Response as Answer, Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { type Browser, noBrowser, openBrowser } from '../support/browser.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(120_000)

let server: TestServer
let browser: Browser

beforeAll(async () => {
  if (noBrowser) return
  server = await bootServer()
  browser = await openBrowser()
  // Those of whom the examples speak.
  const [author] = await storedUsers(server, 2)
  await storedVideo(server, author!.id)
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

describe.skipIf(noBrowser !== null)('a browser', () => {
  // A policy that is too strict leaves a black player without any sound or error.
  test('plays a video whose address is opened in a tab', async () => {
    const { token, id } = await register(server)
    const parts = [
      ['title', 'x'],
      ['token', token],
      ['data', await freshClip()],
    ] as const
    expect((await upload(server, parts)).status_code).toBe(0)
    const [work] = (await call(server, 'GET', 'publish/list/', { user_id: id })).video_list
    const page = await browser.page()
    const refused: string[] = []
    page.on('console', (line) => refused.push(line.text()))
    await page.goto(work.play_url)
    await page.evaluate("document.querySelector('video').muted = true")
    await page.evaluate("document.querySelector('video').play()")
    // Asked again and again from here: in the sandbox the page can run nothing that waits.
    await until(() => page.evaluate("document.querySelector('video').currentTime > 0.1"))
    const shown = await page.evaluate(
      "(({ videoWidth, clientWidth, error }) => [videoWidth > 0, clientWidth > 0, error])(document.querySelector('video'))",
    )
    expect(shown).toEqual([true, true, null])
    expect(refused).toEqual([])
    await page.context().close()
  })

  // A prefilled token of `string` would win over the one that was authorised.
  test.each([
    ['zh-CN', /postUser|Action|List|get/],
    ['en-US', /postUserRegister|postPublishAction/],
  ])(
    'tries out every call on the page as it is filled in, the upload too (%s)',
    async (locale, which) => {
      const page = await browser.page({ locale })
      const complaints: string[] = []
      page.on('console', (line) => complaints.push(line.text()))
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(`${server.url}/swagger`)
      // The page has loaded before it has the document that it shows.
      await page.locator('.opblock').first().waitFor()
      const ids = await page
        .locator('.opblock')
        .evaluateAll((blocks: { id: string }[]) => blocks.map(({ id }) => id))
      expect(ids.length).toBeGreaterThanOrEqual(20)
      const tried: string[] = []
      const wanted = ids.filter((id) => which.test(id) && !id.endsWith('getMessageWs'))
      // What takes away what the others need comes last.
      const last = (id: string) => ['Delete', 'Logout'].findIndex((end) => id.endsWith(end))
      for (const id of wanted.toSorted((a, b) => last(a) - last(b))) {
        const response = await tryOut(page, id)
        expect([id, response.status()]).toEqual([id, 200])
        tried.push(id)
        if (!response.url().includes('/douyin/')) continue
        const answer = await response.json()
        expect([id, answer.status_code, answer.status_msg]).toEqual([id, 0, answer.status_msg])
        expect(/\p{Script=Han}/u.test(answer.status_msg)).toBe(locale === 'zh-CN')
        if (id.endsWith('postUserRegister')) await authorize(page, answer.token)
      }
      expect(tried.toSorted()).toEqual(wanted.toSorted())
      expect(complaints).toEqual([])
      await page.context().close()
    },
  )

  test('lets a page of another origin read answers and their headers, and chat', async () => {
    using other = Bun.serve({
      port: 0,
      fetch: () => new Response('<title>x</title>', { headers: { 'content-type': 'text/html' } }),
    })
    const [member] = await storedUsers(server, 1, 'elsewhere')
    const page = await browser.page()
    await page.goto(other.url.href)
    const seen = await page.evaluate(`(async () => {
      const server = ${JSON.stringify(server.url)}
      const document = await (await fetch(server + '/swagger/json')).json()
      const headers = { 'x-requested-with': 'x', authorization: 'Bearer ${member!.token}' }
      const feed = await fetch(server + '/douyin/feed/', { headers })
      const [video] = (await feed.json()).video_list.filter((one) => one.title === 'x')
      const part = await fetch(video.play_url, { headers: { range: 'bytes=0-9' } })
      const socket = new WebSocket(server.replace('http', 'ws') + '/douyin/message/ws', [
        'douyin',
        '${member!.token}',
      ])
      const first = await new Promise((resolve, reject) => {
        socket.onmessage = (event) => resolve(JSON.parse(event.data).type)
        socket.onclose = reject
      })
      return [document.openapi, part.headers.get('content-range'), part.headers.has('etag'), first]
    })()`)
    expect(seen).toEqual(['3.1.0', expect.stringMatching(/^bytes 0-9\//), true, 'ready'])
    await page.context().close()
  })
})

/** Runs a call as the page has filled it in. @throws Error with the id of the call and what the page says */
async function tryOut(page: Page, id: string): Promise<Answer> {
  const block = page.locator(`[id="${id}"]`)
  const toggle = () => block.locator('.opblock-summary-control').dispatchEvent('click')
  try {
    await toggle()
    // The button is there before the page has worked out what the call takes. One that is pressed so
    // early finds every required field empty, and sends nothing.
    await block.locator('.responses-wrapper').waitFor()
    if (id.endsWith('postPublishAction')) {
      const file = { name: 'a.mp4', mimeType: 'video/mp4', buffer: Buffer.from(await freshClip()) }
      await block.locator('input[type=file]').setInputFiles(file)
    }
    const [response] = await Promise.all([
      page.waitForResponse((one) => /\/(douyin|healthz|metrics)/.test(one.url())),
      // No pointer: the block may grow under it between its going down and up.
      block.locator('.execute').dispatchEvent('click'),
    ])
    // Not all open at once: the page would be drawn ever more slowly.
    await toggle()
    return response
  } catch (error) {
    const shown = (await block.textContent({ timeout: 1000 }).catch(String)) ?? ''
    throw new Error(`${id}: ${error}\n${shown.slice(0, 1000)}`)
  }
}

/** Enters a token where the page asks for one. */
async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click()
  await page.locator('.modal-ux input').first().fill(token)
  await page.locator('.modal-ux button.authorize').first().click()
  await page.locator('.modal-ux .close-modal').click()
}
