import type { CDPSession } from 'playwright-core'
import { phone, type World } from '../world.ts'
import { firstFrame, frameScript } from './frames.ts'
import { at, most, none, type Row } from './table.ts'

/** Counts bytes over the network by kind, as the browser does: compressed, with headers. */
export async function countBytes(
  session: CDPSession,
): Promise<() => { codeKb: number; media: number }> {
  const types = new Map<string, string>()
  const media = new Set<string>()
  let code = 0
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    types.set(requestId, type)
    if (type === 'Media') media.add(response.url)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (['Script', 'Stylesheet'].includes(types.get(requestId) ?? '')) code += encodedDataLength
  })
  await session.send('Network.enable')
  // What a service worker hands over would not be counted.
  await session.send('Network.setBypassServiceWorker', { bypass: true })
  return () => ({ codeKb: code / 1024, media: media.size })
}

/** What the feed costs before anything is done in it. */
export async function weight(world: World): Promise<Row[]> {
  await using visit = await world.visit('/healthz')
  const { page, problems } = visit
  await page.addInitScript(frameScript)
  const count = await countBytes(await page.context().newCDPSession(page))
  await page.goto(world.server.url)
  await firstFrame(page)
  await page.waitForTimeout(1500)
  const { codeKb, media } = count()
  return [
    most('JS + CSS, first load', codeKb, 25, ' KB', 1),
    most('videos asked for before a swipe', media, 2),
    most('layout shift', Number(await page.evaluate('window.shifts')), 0, '', 3),
    most('long tasks at load', Number(await page.evaluate('window.longMs')), 150, ' ms'),
    none('console, policy, other hosts at load', problems),
  ]
}

/** The first frame of the feed, beside that of a page that is nothing but the same video. */
export async function speed(world: World): Promise<Row[]> {
  const bare: number[] = []
  const own: number[] = []
  const feed = await (await fetch(`${world.server.url}/douyin/feed`)).json()
  const body = `<!doctype html><video src="${feed.video_list[0].play_url}" muted autoplay playsinline></video>`
  for (let turn = 0; turn < 5; turn++) {
    for (const [times, path] of [
      [bare, 'bare'],
      [own, ''],
    ] as const) {
      const page = await world.browser.page(phone)
      await page.addInitScript(frameScript)
      if (path !== '') {
        await page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body }))
      }
      await page.goto(`${world.server.url}/${path}`)
      await firstFrame(page)
      times.push(Number(await page.evaluate('window.firstFrame')))
      await page.context().close()
    }
  }
  const [ours, theirs] = [at(own, 0.5), at(bare, 0.5)]
  const measured = `${ours.toFixed(0)} ms, bare page ${theirs.toFixed(0)} ms`
  return [{ target: 'first video frame', measured, bound: '≤ 2 × bare', ok: ours <= 2 * theirs }]
}
