import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { type Browser, noBrowser, openBrowser } from '../support/browser.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

let server: TestServer
let browser: Browser

beforeAll(async () => {
  if (noBrowser) return
  server = await bootServer()
  browser = await openBrowser()
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
})
