import type { Page } from 'playwright-core'
import { flick, type World } from '../world.ts'
import { most, type Row } from './table.ts'

/** How much slower than this machine a phone is. */
const slower = 4
const longMs = 50
const turns = 20
/** As long as the picture takes to its place, and a look at it. */
const turnMs = 600

/**
 * Twenty swipes on a phone that is slower: how many frames stood for longer than 50 ms. A busy machine
 * has such frames also where nothing moves, so that is counted beside it, and the longest piece of
 * work is taken by the processor's time.
 */
export async function smooth(world: World): Promise<Row[]> {
  await using visit = await world.visit('/')
  const { page } = visit
  await page.locator('article').first().waitFor()
  await page.waitForTimeout(2000)
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  const still = await gaps(page, () => page.waitForTimeout(turns * turnMs))
  const swiped = await gaps(page, () => swipe(page))
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  const [ours, theirs] = [swiped, still].map((all) => all.filter((gap) => gap > longMs).length)
  const measured = `${ours} of ${swiped.length}, standing still ${theirs} of ${still.length}`
  return [
    {
      target: `20 swipes, ${slower} × slower: frames over ${longMs} ms`,
      measured,
      bound: '0, or as still',
      ok: (ours ?? 0) <= (theirs ?? 0),
    },
    most(`20 swipes: longest work, × ${slower}`, slower * (await longestWork(page)), longMs, ' ms'),
  ]
}

async function swipe(page: Page): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await flick(page, turn % 10 < 5 ? -200 : 200)
    await page.waitForTimeout(turnMs)
  }
}

/** The times between the frames of a page while something happens: ms. */
async function gaps(page: Page, meanwhile: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`{
    window.gaps = []
    let last = 0
    const next = (now) => {
      if (last > 0) window.gaps.push(now - last)
      last = now
      window.following = requestAnimationFrame(next)
    }
    window.following = requestAnimationFrame(next)
  }`)
  await meanwhile()
  return page.evaluate('cancelAnimationFrame(window.following), window.gaps')
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly args: { readonly name?: string }
  /** Time of the processor: microseconds. */
  readonly tdur?: number
}

/** The longest that the thread of the page was at work at a time while one swipes: ms. */
async function longestWork(page: Page): Promise<number> {
  const browser = page.context().browser()
  if (!browser) throw new Error('a page without a browser')
  await browser.startTracing(page, { categories: ['toplevel'] })
  await swipe(page)
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()))
  const events: TraceEvent[] = traceEvents
  const threads = events
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid}/${tid}`)
  const works = events
    .filter(({ ph, pid, tid }) => ph === 'X' && threads.includes(`${pid}/${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
  if (works.length === 0) throw new Error('no work was seen')
  return Math.max(...works)
}
