// Prints the table of what the web client promises about weight and speed, each figure beside its
// bound and, where it depends on the machine, beside a bare page with one `<video>` in the same run:
//   bun test/web/targets.ts
import type { CDPSession, Page } from 'playwright-core'
import { until } from '../support/until.ts'
import { createWorld, flick, phone, type World } from '../support/web/world.ts'

const frameScript = `
  window.firstFrame = 0
  window.frames = []
  window.shifts = 0
  window.longMs = 0
  const followed = new WeakSet()
  const follow = (video) => {
    followed.add(video)
    const next = (now) => {
      window.firstFrame ||= performance.now()
      window.frames.push({ at: performance.now(), src: video.currentSrc })
      video.requestVideoFrameCallback(next)
    }
    video.requestVideoFrameCallback(next)
  }
  const create = document.createElement.bind(document)
  document.createElement = (name, options) => {
    const made = create(name, options)
    if (name === 'video') follow(made)
    return made
  }
  // Those of the page itself, as soon as they are parsed.
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        const found = node.nodeName === 'VIDEO' ? [node] : [...(node.querySelectorAll?.('video') ?? [])]
        for (const video of found) if (!followed.has(video)) follow(video)
      }
    }
  }).observe(document, { childList: true, subtree: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longMs += entry.duration
  }).observe({ type: 'longtask', buffered: true })`

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const at = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

const rows: [target: string, measured: string, bound: string, ok: boolean][] = []
const row = (target: string, measured: string, bound: string, ok: boolean) =>
  rows.push([target, measured, bound, ok])

const settle = (page: Page) => until(() => page.evaluate('window.firstFrame > 0'))

/** Bytes over the network by kind, as the browser counts them: compressed, with headers. */
async function countBytes(session: CDPSession): Promise<() => { code: number; media: string[] }> {
  const types = new Map<string, string>()
  const media: string[] = []
  let code = 0
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    types.set(requestId, type)
    if (type === 'Media') media.push(response.url)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (['Script', 'Stylesheet'].includes(types.get(requestId) ?? '')) code += encodedDataLength
  })
  await session.send('Network.enable')
  return () => ({ code, media })
}

async function weight(world: World): Promise<void> {
  await using visit = await world.visit('/healthz')
  const { page } = visit
  await page.addInitScript(frameScript)
  const count = await countBytes(await page.context().newCDPSession(page))
  await page.goto(world.server.url)
  await settle(page)
  await page.waitForTimeout(1500)
  const first = count()
  row(
    'JS + CSS, first load',
    `${(first.code / 1024).toFixed(1)} KB`,
    '≤ 25 KB',
    first.code <= 25 * 1024,
  )
  const media = new Set(first.media).size
  row('videos asked for before a swipe', String(media), '≤ 2', media <= 2)
  const shift = Number(await page.evaluate('window.shifts'))
  row('layout shift', shift.toFixed(3), '0', shift === 0)
  const long = Number(await page.evaluate('window.longMs'))
  row('long tasks at load', `${long.toFixed(0)} ms`, '≤ 150 ms', long <= 150)
  row(
    'console, policy, other hosts',
    String(visit.problems.length),
    '0',
    visit.problems.length === 0,
  )
}

async function firstFrame(world: World): Promise<void> {
  const bare: number[] = []
  const own: number[] = []
  const feed = await (await fetch(`${world.server.url}/douyin/feed`)).json()
  const source = feed.video_list[0].play_url
  for (let turn = 0; turn < 5; turn++) {
    for (const [times, isBare] of [
      [bare, true],
      [own, false],
    ] as const) {
      const page = await world.browser.page(phone)
      await page.addInitScript(frameScript)
      const address = `${world.server.url}/${isBare ? 'bare' : ''}`
      if (isBare) {
        const body = `<!doctype html><video src="${source}" muted autoplay playsinline></video>`
        await page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body }))
      }
      await page.goto(address)
      await settle(page)
      times.push(Number(await page.evaluate('window.firstFrame')))
      await page.context().close()
    }
  }
  const [ours, theirs] = [at(own, 0.5), at(bare, 0.5)]
  row(
    'first video frame',
    `${ours.toFixed(0)} ms (bare page: ${theirs.toFixed(0)} ms)`,
    '≤ 2 × bare',
    ours <= 2 * theirs,
  )
}

async function swipes(world: World): Promise<void> {
  await using visit = await world.visit('/healthz')
  const { page } = visit
  await page.addInitScript(frameScript)
  await page.goto(world.server.url)
  await settle(page)
  const times: number[] = []
  const current = "document.querySelector('article:not([inert]) video')?.currentSrc"
  for (let turn = 0; turn < 60; turn++) {
    const down = turn % 20 < 10
    const before = await page.evaluate(current)
    await page.evaluate(
      "addEventListener('pointerup', () => { window.upAt = performance.now() }, { once: true, capture: true })",
    )
    await flick(page, down ? -200 : 200)
    const script = `(() => {
      const source = ${current}
      if (source === ${JSON.stringify(before)}) return 0
      return window.frames.find((frame) => frame.at > window.upAt && frame.src === source)?.at - window.upAt || 0
    })()`
    await until(async () => Number(await page.evaluate(script)) > 0)
    times.push(Number(await page.evaluate(script)))
    await page.waitForTimeout(250)
    await page.evaluate('window.frames.length = 0')
  }
  const [p50, p99] = [at(times, 0.5), at(times, 0.99)]
  row('swipe → frame, p50', `${p50.toFixed(0)} ms`, '≤ 120 ms', p50 <= 120)
  row('swipe → frame, p99', `${p99.toFixed(0)} ms`, '≤ 250 ms', p99 <= 250)
}

async function bounded(world: World): Promise<void> {
  await using visit = await world.visit('/')
  const { page } = visit
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const measure = async () => {
    await session.send('HeapProfiler.collectGarbage')
    await page.waitForTimeout(300)
    const { metrics } = await session.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
  const go = async (count: number) => {
    for (let turn = 0; turn < count; turn++) {
      await page.keyboard.press(turn % 16 < 8 ? 'j' : 'k')
      await page.waitForTimeout(60)
    }
  }
  await page.waitForTimeout(1000)
  await go(32)
  const before = await measure()
  await go(200)
  await page.waitForTimeout(1000)
  const after = await measure()
  const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0)
  const videos = await page.locator('video').count()
  row('200 swipes: videos', String(videos), '≤ 3', videos <= 3)
  row('200 swipes: DOM nodes', String(grown('Nodes')), '± 20', Math.abs(grown('Nodes')) <= 20)
  row(
    '200 swipes: listeners',
    String(grown('JSEventListeners')),
    '± 0',
    grown('JSEventListeners') === 0,
  )
  const heap = grown('JSHeapUsedSize') / (1 << 20)
  row('200 swipes: heap', `${heap.toFixed(2)} MB`, '≤ + 2 MB', heap <= 2)
}

if (import.meta.main) {
  await using world = await createWorld(Array.from({ length: 12 }, (_, at) => `video ${at}`))
  for (const part of [weight, firstFrame, swipes, bounded]) await part(world)
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((one) => String(one[column]).length)),
  )
  for (const [target, measured, bound, ok] of rows) {
    const cells = [target, measured, bound].map((cell, column) => cell.padEnd(widths[column] ?? 0))
    console.log(`| ${cells.join(' | ')} | ${ok ? 'ok' : 'SHORT'} |`)
  }
  process.exitCode = rows.every(([, , , ok]) => ok) ? 0 : 1
}
