import type { Page } from 'playwright-core'
import { until } from '../until.ts'
import type { Person } from './world.ts'

/** Registers in the dialog that asks for a login, and waits until it is gone. */
export async function registerIn(page: Page, name: string): Promise<void> {
  const dialog = page.locator('dialog[open]').filter({ has: page.locator('[name=password]') })
  await dialog.locator('form > button.link').click()
  await dialog.locator('input[name=username]').fill(name)
  await dialog.locator('input[name=password]').fill('a-long-secret-1')
  await dialog.locator('button[type=submit]').click()
  await dialog.waitFor({ state: 'detached' })
}

/** Has what a page asks of some addresses refused, as asked for too often, while `is` is true. */
export async function refuseAsked(page: Page, addresses: string): Promise<{ is: boolean }> {
  const refused = { is: true }
  await page.route(addresses, (route) =>
    refused.is
      ? route.fulfill({ status: 429, json: { status_code: 9429, status_msg: 'slow' } })
      : route.continue(),
  )
  return refused
}

/** Another person logs in, or out with null, in another tab of the browser. */
export async function become(page: Page, person: Person | null): Promise<void> {
  const tab = await page.context().newPage()
  // A file, so that nothing of the client runs there.
  await tab.goto(new URL('/icons/icon.svg', page.url()).href)
  const session = person && JSON.stringify({ userId: person.id, token: person.token })
  await tab.evaluate(
    session
      ? `localStorage.setItem('douyin.session', ${JSON.stringify(session)})`
      : "localStorage.removeItem('douyin.session')",
  )
  await tab.close()
}

export interface Held {
  /** Resolves when so many requests are held, those that were let go counted too. */
  asked(count: number): Promise<void>
  /** Lets those go that are held, and holds none any more. */
  letGo(): void
}

/**
 * Holds what a page asks of some addresses before the server hears of it, or the responses to it.
 * @param most so many of them; by default all
 */
export async function hold(
  page: Page,
  addresses: string,
  what: 'requests' | 'responses',
  most = Number.POSITIVE_INFINITY,
): Promise<Held> {
  let taken = 0
  let count = 0
  let isOver = false
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(addresses, async (route) => {
    if (isOver || taken++ >= most) return route.fallback()
    const response = what === 'responses' ? await route.fetch() : undefined
    count++
    await promise
    // The page may be closed meanwhile, or have given up.
    await (response ? route.fulfill({ response }) : route.fallback()).catch(() => {})
  })
  return {
    asked: (wanted) => until(() => count >= wanted),
    letGo() {
      isOver = true
      resolve()
    },
  }
}

/** Stands between a page and its socket; to be called before the page is opened. */
export async function watchSocket(page: Page): Promise<{ cut(): Promise<void>; mend(): void }> {
  let isCut = false
  const open = new Set<() => Promise<void>>()
  await page.routeWebSocket('**/message/ws/', (socket) => {
    const close = () => socket.close()
    if (isCut) return close()
    open.add(close)
    socket.connectToServer()
  })
  return {
    /** Ends what is open, and lets none be opened. */
    async cut() {
      isCut = true
      for (const close of open) await close()
      open.clear()
    },
    mend() {
      isCut = false
    },
  }
}

/**
 * Notes from now on what an expression comes to, whenever anything changes on a page.
 * @returns what it came to, one after the other
 */
export async function note<T>(page: Page, expression: string): Promise<() => Promise<T[]>> {
  await page.evaluate(`{
    const now = () => ${expression}
    window.noted = [now()]
    const look = () => noted.at(-1) !== now() && noted.push(now())
    const all = { subtree: true, childList: true, characterData: true }
    new MutationObserver(look).observe(document, all)
  }`)
  return () => page.evaluate('noted')
}

/** Notes from now on what the badge of a way says, '' for none. */
export const noteBadge = (page: Page, way: string): Promise<() => Promise<string[]>> =>
  note(page, `document.querySelector('.nav-${way} .badge')?.textContent ?? ''`)
