import type { Page } from 'playwright-core'
import { until } from '../../until.ts'

/**
 * For a page, before its own scripts: tells when the first frame of any video was shown
 * (`firstFrame`, ms), which frames of which were since (`frames`), how far the page has moved under
 * the reader (`shifts`), and for how long its thread was held up (`longMs`).
 */
export const frameScript = `
  window.firstFrame = 0
  window.frames = []
  window.shifts = 0
  window.longMs = 0
  const followed = new WeakSet()
  const follow = (video) => {
    if (followed.has(video)) return
    followed.add(video)
    const next = () => {
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
        const within = node.querySelectorAll?.('video') ?? []
        for (const video of node.nodeName === 'VIDEO' ? [node] : within) follow(video)
      }
    }
  }).observe(document, { childList: true, subtree: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longMs += entry.duration
  }).observe({ type: 'longtask', buffered: true })`

/** Waits for the first frame of a page that runs `frameScript`. */
export const firstFrame = (page: Page): Promise<void> =>
  until(() => page.evaluate('window.firstFrame > 0'))
