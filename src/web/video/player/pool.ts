// Three elements for ever: a new one can't play with sound on iOS, and would have to begin anew.

const size = 3
const elements: HTMLVideoElement[] = []

/** Which of the three places a position has, also one before the beginning. */
export const slotOf = (position: number): number => ((position % size) + size) % size

/** The element for a place in a list; the same one for every third. */
export function videoAt(position: number): HTMLVideoElement {
  const slot = slotOf(position)
  const known = elements[slot]
  if (known) return known
  // The first one came with the page, and may play already.
  const given = slot === 0 ? document.querySelector<HTMLVideoElement>('.first video') : null
  const made = given ?? document.createElement('video')
  made.autoplay = false
  made.playsInline = true
  made.muted = true
  made.disableRemotePlayback = true
  if (!given) made.preload = 'none'
  made.tabIndex = -1
  elements[slot] = made
  return made
}

/** Gives an element what it is to show. */
export function load(element: HTMLVideoElement, source: string): void {
  element.preload = 'auto'
  if (element.src !== source) element.src = source
  element.style.visibility = ''
}

/** Lets an element load nothing more, and hides it if what it shows is something else. */
export function rest(element: HTMLVideoElement, source: string): void {
  element.preload = 'none'
  element.style.visibility = element.src === source ? '' : 'hidden'
}

/** How long a video that shows nothing new is waited for, since it may be paused. */
const frameMs = 400

/**
 * Calls back as soon as a video shows a frame: to begin with another one would be in its way.
 * @returns what takes that back
 */
export function afterFrame(element: HTMLVideoElement, callback: () => void): () => void {
  const done = () => {
    cancel()
    callback()
  }
  const timer = setTimeout(done, frameMs)
  const frame = element.requestVideoFrameCallback?.(done)
  const cancel = () => {
    clearTimeout(timer)
    if (frame !== undefined) element.cancelVideoFrameCallback(frame)
  }
  return cancel
}

/** Pauses every element but one. */
export function pauseOthers(playing: HTMLVideoElement | null): void {
  for (const element of elements) if (element && element !== playing) element.pause()
}
