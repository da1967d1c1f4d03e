import type { Page } from 'playwright-core'
import { until } from '../../until.ts'
import type { Picture } from '../inspect.ts'

/** What a browser made of a video. */
export interface Played {
  /** Why it stopped; null if it played to its end, began anew, and could be moved. */
  readonly fault: string | null
  readonly width: number
  readonly height: number
  readonly duration: number
  readonly frames: number
  /** Bytes of sound that were decoded. */
  readonly sound: number
  readonly red: Picture['red']
}

/** Opens a page of a server's own origin, so that the page may look at the pixels of its videos. */
export async function openPlayer(page: Page, server: { url: string }): Promise<void> {
  const url = `${server.url}/player-of-the-test`
  await page.route(url, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>player</title>' }),
  )
  await page.goto(url)
}

/** Plays a video to its end, lets it begin anew, seeks to its middle and plays to the end again. */
export async function play(page: Page, url: string): Promise<Played> {
  await page.evaluate(`(${inPage})(${JSON.stringify(url)})`)
  await until(() => page.evaluate('window.played !== null'))
  return page.evaluate('window.played') as Promise<Played>
}

/** Runs in the page, which therefore has to be plain JavaScript that needs nothing of ours. */
const inPage = `(url) => {
  window.played = null
  const video = document.createElement('video')
  document.body.replaceChildren(video)
  const event = (name) => new Promise((done) => video.addEventListener(name, done, { once: true }))
  const failed = new Promise((_, fail) => {
    video.addEventListener('error', () => fail(new Error(video.error?.message || 'error')))
    setTimeout(() => fail(new Error('stopped at ' + video.currentTime + ' of ' + video.duration)), 60_000)
  })
  const corner = () => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 8
    const context = canvas.getContext('2d')
    context.drawImage(video, 0, 0, 8, 8)
    const { data } = context.getImageData(0, 0, 8, 8)
    const at = [18, 21, 42, 45].findIndex(
      (i) => data[i * 4] > 180 && data[i * 4 + 1] < 80 && data[i * 4 + 2] < 80,
    )
    return ['top left', 'top right', 'bottom left', 'bottom right'][at] ?? 'nowhere'
  }
  const began = () => new Promise((done) => {
    let furthest = 0
    video.addEventListener('timeupdate', () => {
      if (video.currentTime < furthest && furthest > video.duration / 2) done()
      furthest = Math.max(furthest, video.currentTime)
    })
    video.addEventListener('seeked', () => furthest > video.duration / 2 && done())
  })
  const go = async () => {
    video.muted = true
    video.preload = 'auto'
    video.src = url
    await event('loadeddata')
    video.loop = true
    video.playbackRate = 3
    const again = began()
    await video.play()
    await again
    const { totalVideoFrames: frames } = video.getVideoPlaybackQuality()
    const sound = video.webkitAudioDecodedByteCount
    video.loop = false
    video.pause()
    const { duration } = video
    video.currentTime = duration / 2
    await event('seeked')
    const red = corner()
    const ended = event('ended')
    await video.play()
    await ended
    return { duration, frames, sound, red }
  }
  const shape = () => ({ width: video.videoWidth, height: video.videoHeight })
  Promise.race([go(), failed]).then(
    (found) => { window.played = { fault: null, ...shape(), ...found } },
    (error) => {
      window.played = { fault: String(error), ...shape(), duration: 0, frames: 0, sound: 0, red: 'nowhere' }
    },
  )
}`
