// Takes pictures of the client in the demo world, to be looked at:
//   bun test/web/screenshots.ts             makes those of the README anew, in `screenshots/`
//   bun test/web/screenshots.ts FOLDER [NAME...]
//     makes all or those of a name: lying, at 200 %, without a network …
// A browser with Chinese fonts is wanted: DOUYIN_TEST_BROWSER=/usr/bin/chromium
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { call } from '../support/api.ts'
import { openBrowser } from '../support/browser.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { settle } from '../support/web/screens.ts'
import { desktop, phone, plays } from '../support/web/world.ts'

interface Shot {
  readonly name: string
  readonly path: string
  readonly options: BrowserContextOptions
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>
  readonly readme?: boolean
}

const sharp = { deviceScaleFactor: 1.5 }
const zh = { ...phone, ...sharp, locale: 'zh-CN' }
const lying = { ...zh, viewport: { width: 844, height: 390 } }
/** A window of 1280 × 800 at 200 %. */
const enlarged = { ...desktop, viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }

const playing = (page: Page) => until(() => page.evaluate(plays))
const playsOn = async (page: Page) => {
  await playing(page)
  await page.waitForTimeout(1500)
}
const comments = async (page: Page) => {
  await playsOn(page)
  await page.keyboard.press('c')
  await page.locator('.comment').first().waitFor()
  // Until the sheet is there and the pictures of the people.
  await page.waitForTimeout(1500)
}
const talk = async (page: Page) => {
  await page.locator('.people a').first().click()
  await page.locator('.bubble').first().waitFor()
  await page.waitForTimeout(1000)
}

const shots: readonly Shot[] = [
  { name: 'feed', path: '/', options: zh, act: playsOn, readme: true },
  {
    name: 'desktop',
    path: '/',
    options: { ...desktop, locale: 'zh-CN' },
    act: comments,
    readme: true,
  },
  { name: 'chat', path: '/messages', options: zh, act: talk, readme: true },
  { name: 'comments', path: '/', options: zh, act: comments },
  { name: 'profile', path: '/user/1', options: zh },
  { name: 'profile-light', path: '/user/1', options: { ...zh, colorScheme: 'light' } },
  { name: 'profile-desktop', path: '/user/1', options: desktop },
  { name: 'search', path: '/search?q=%E9%A2%9C%E8%89%B2&type=video', options: zh },
  { name: 'notices', path: '/notices', options: zh },
  { name: 'messages-desktop', path: '/messages', options: desktop, act: talk },
  { name: 'settings', path: '/settings', options: { ...phone, colorScheme: 'dark' } },
  { name: 'post', path: '/post', options: phone },
  { name: 'landscape', path: '/', options: lying, act: playsOn },
  { name: 'landscape-comments', path: '/', options: lying, act: comments },
  { name: 'landscape-chat', path: '/messages', options: lying, act: talk },
  { name: 'landscape-settings', path: '/settings', options: lying },
  { name: 'zoom', path: '/', options: enlarged, act: playsOn },
  { name: 'zoom-profile', path: '/user/1', options: enlarged },
  { name: 'zoom-settings', path: '/settings', options: enlarged },
  { name: 'zoom-comments', path: '/', options: enlarged, act: comments },
  { name: 'still', path: '/', options: { ...zh, reducedMotion: 'reduce' } },
  {
    name: 'offline',
    path: '/',
    options: phone,
    async act(page) {
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
      await page.context().setOffline(true)
      await page.reload()
      await page.locator('.notice').waitFor()
    },
  },
]

if (import.meta.main) {
  const [folder, ...names] = process.argv.slice(2)
  const data = temporaryDirectory()
  await using server = await spawnServer(program, data.path, { flags: ['--demo'] })
  const who = { username: 'demo', password: 'douyin123' }
  const { user_id: userId, token } = await call(server, 'POST', 'user/login/', who)
  const session = JSON.stringify(JSON.stringify({ userId, token }))
  await using browser = await openBrowser()
  for (const { name, path, options, act, readme } of shots) {
    if (folder ? names.length > 0 && !names.includes(name) : !readme) continue
    const page = await browser.page({ colorScheme: 'dark', ...options })
    await page.addInitScript(`localStorage.setItem('douyin.session', ${session})`)
    await page.goto(server.url + path)
    await settle(page)
    await page.waitForTimeout(500)
    await act?.(page)
    const picture = new Bun.Image(await page.screenshot())
    const file = join(folder ?? join(import.meta.dir, 'screenshots'), `${name}.webp`)
    await Bun.write(file, await picture.webp({ quality: 78 }).bytes())
    // For whoever looks at them with something that knows no WebP.
    if (folder) await page.screenshot({ path: file.replace('.webp', '.png') })
    await page.context().close()
  }
  data.clean()
}
