import type { BrowserContextOptions, Page } from 'playwright-core'
import { register } from '../api.ts'
import { type Browser, openBrowser } from '../browser.ts'
import { program, type Spawned, spawnServer } from '../spawn.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { freshClip } from '../upload.ts'
import { publish } from '../works.ts'

export interface Person {
  readonly id: number
  readonly name: string
  readonly token: string
}

/** A server in its own process, with people and videos, and a browser to look at it. */
export interface World extends AsyncDisposable {
  readonly server: Spawned
  readonly browser: Browser
  readonly author: Person
  /**
   * Opens the client; whatever goes wrong on its page is told by `problems`.
   * @param script runs before those of the page
   */
  visit(path: string, options?: VisitOptions, script?: string): Promise<Visit>
  /** Stops the server and starts it again at the same address. */
  restart(): Promise<void>
}

export interface VisitOptions extends BrowserContextOptions {
  /** Who is logged in from the start. */
  readonly as?: Person
}

export interface Visit extends AsyncDisposable {
  readonly page: Page
  /** Errors of the console and of scripts, violations of the policy, requests to other hosts. */
  readonly problems: string[]
}

export const phone = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  locale: 'en-US',
} as const
export const desktop = { viewport: { width: 1280, height: 800 }, locale: 'en-US' } as const

/**
 * @param titles of the videos, the newest last
 * @param flags of the browser
 * @param options of the server
 */
export async function createWorld(
  titles: readonly string[],
  flags: readonly string[] = [],
  options: readonly string[] = [],
): Promise<World> {
  const directory = temporaryDirectory()
  let server = await spawnServer(program, directory.path, { flags: options })
  const browser = await openBrowser(flags)
  const author = await register(server, 'author')
  for (const title of titles) await publish(server, author.token, title, await freshClip())
  return {
    get server() {
      return server
    },
    browser,
    author,
    async visit(path, { as, ...given } = {}, script) {
      const page = await browser.page({ ...phone, ...given })
      const problems = watch(page, server.url)
      if (script) await page.addInitScript(script)
      if (as) {
        const session = JSON.stringify({ userId: as.id, token: as.token })
        await page.addInitScript(
          `localStorage.setItem('douyin.session', ${JSON.stringify(session)})`,
        )
      }
      await page.goto(server.url + path)
      return { page, problems, [Symbol.asyncDispose]: () => page.context().close() }
    },
    async restart() {
      const { port } = new URL(server.url)
      await server.end('SIGTERM')
      server = await spawnServer(program, directory.path, { flags: ['--port', port] })
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      directory.clean()
    },
  }
}

function watch(page: Page, origin: string): string[] {
  const problems: string[] = []
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) problems.push(line.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) problems.push(`asks ${url}`)
  })
  return problems
}

/** The title of the video that is on the screen. */
export const shownTitle = (page: Page): Promise<string | null> =>
  page.locator('article:not([inert])').getAttribute('aria-label', { timeout: 15_000 })

/** A script that is true when the video on the screen plays. */
export const plays =
  "[...document.querySelectorAll('article:not([inert]) video')].some((one) => !one.paused && one.currentTime > 0)"

/** Moves a finger over a touch screen, and lifts it, at the given speed however slow this machine is. */
export async function flick(
  page: Page,
  way: number,
  { stepMs = 12, moves = 6 } = {},
): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const { height, width } = page.viewportSize() ?? { height: 844, width: 390 }
  const [x, from] = [width / 2, height / 2 - way / 2]
  const begun = Date.now() / 1000
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x, y: from + (way * at) / moves }],
      timestamp: begun + (stepMs * at) / 1000,
    })
  await send('touchStart', 0)
  for (let at = 1; at <= moves; at++) await send('touchMove', at)
  await send('touchEnd', moves)
  // The next one is to be later by the same clock.
  await Bun.sleep(begun * 1000 + stepMs * (moves + 1) - Date.now())
  await session.detach()
}
