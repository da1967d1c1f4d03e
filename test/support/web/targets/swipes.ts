import type { Page } from 'playwright-core'
import { until } from '../../until.ts'
import { flick, type World } from '../world.ts'
import { firstFrame, frameScript } from './frames.ts'
import { at, most, type Row } from './table.ts'

/** From the finger that is lifted to a frame of the next video. */
export async function swipes(world: World): Promise<Row[]> {
  await using visit = await world.visit('/healthz')
  const { page } = visit
  await page.addInitScript(frameScript)
  await page.goto(world.server.url)
  await firstFrame(page)
  await page.locator('article').first().waitFor()
  const times: number[] = []
  for (let turn = 0; turn < 60; turn++) times.push(await swipe(page, turn % 20 < 10 ? -200 : 200))
  return [
    most('swipe → frame, p50 of 60', at(times, 0.5), 120, ' ms'),
    most('swipe → frame, p99 of 60', at(times, 0.99), 250, ' ms'),
  ]
}

const shown = "document.querySelector('article:not([inert]) video')?.currentSrc"

async function swipe(page: Page, way: number): Promise<number> {
  const before = JSON.stringify(await page.evaluate(shown))
  await page.evaluate(`{
    window.frames.length = 0
    const lifted = () => { window.liftedAt = performance.now() }
    addEventListener('pointerup', lifted, { once: true, capture: true })
  }`)
  await flick(page, way)
  const elapsed = `(() => {
    const source = ${shown}
    if (source === ${before}) return 0
    const frame = window.frames.find(({ at, src }) => at > window.liftedAt && src === source)
    return frame ? frame.at - window.liftedAt : 0
  })()`
  await until(async () => Number(await page.evaluate(elapsed)) > 0)
  const time = Number(await page.evaluate(elapsed))
  await page.waitForTimeout(250)
  return time
}

/** What 200 swipes leave behind. */
export async function bounded(world: World): Promise<Row[]> {
  await using visit = await world.visit('/')
  const { page } = visit
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const go = async (count: number) => {
    for (let turn = 0; turn < count; turn++) {
      await page.keyboard.press(turn % 20 < 10 ? 'j' : 'k')
      await page.waitForTimeout(60)
    }
    await page.waitForTimeout(1000)
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
  await page.locator('article').first().waitFor()
  const before = await go(40)
  const after = await go(200)
  const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0)
  const level = (target: string, name: string, range: number): Row => ({
    target: `200 swipes: ${target}`,
    measured: String(grown(name)),
    bound: `± ${range}`,
    ok: Math.abs(grown(name)) <= range,
  })
  return [
    most('200 swipes: videos', await page.locator('video').count(), 3),
    level('DOM nodes', 'Nodes', 20),
    level('listeners', 'JSEventListeners', 0),
    most('200 swipes: heap', grown('JSHeapUsedSize') / (1 << 20), 2, ' MB', 2),
  ]
}
