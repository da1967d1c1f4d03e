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

/** Gives an element what it is to show. @returns whether it is something else than before */
export function load(element: HTMLVideoElement, source: string): boolean {
  if (element.src === source) return false
  element.src = source
  return true
}

/** Pauses every element but one. */
export function pauseOthers(playing: HTMLVideoElement | null): void {
  for (const element of elements) if (element && element !== playing) element.pause()
}
