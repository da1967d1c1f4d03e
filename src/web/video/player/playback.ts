import { effect, type Signal, signal } from '../../lib/signals.ts'
import { pauseOthers, videoAt } from './pool.ts'
import { muted, soundRefused } from './sound.ts'

export type PlayState = 'loading' | 'playing' | 'paused' | 'failed'

/** What plays now. */
export interface Playback {
  readonly state: Signal<PlayState>
  /**
   * Plays what is at this position, from its beginning, unless the person wants to start it.
   * @param watched called once, when it has played for two seconds
   */
  start(position: number, watched: () => void): void
  toggle(): void
  /** Tries again what failed. */
  retry(): void
  element(): HTMLVideoElement
  /** Stops, and takes every listener away. */
  stop(): void
}

const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/** So long a video plays until it counts as watched: ms. */
const watchMs = 2000

/** Plays one video at a time. `ended` is called at the end of one that isn't to be repeated. */
export function createPlayback(ended: () => void, repeats: () => boolean): Playback {
  const state = signal<PlayState>('loading')
  let element = videoAt(0)
  let wanted = !stillness.matches
  const cleanups = new Set<() => void>()
  const on = (target: EventTarget, type: string, listener: () => void) => {
    target.addEventListener(type, listener)
    cleanups.add(() => target.removeEventListener(type, listener))
  }
  let detach = () => {}
  const attach = () => {
    const current = element
    const listeners: Record<string, () => void> = {
      playing: () => set('playing'),
      waiting: () => set('loading'),
      pause: () => {
        if (!current.ended && state.peek() !== 'failed') set('paused')
      },
      error: () => set('failed'),
      ended: () => (repeats() ? play() : ended()),
    }
    for (const [type, listener] of Object.entries(listeners)) {
      current.addEventListener(type, listener)
    }
    detach = () => {
      for (const [type, listener] of Object.entries(listeners)) {
        current.removeEventListener(type, listener)
      }
    }
  }
  const set = (next: PlayState) => {
    state.value = next
  }

  const play = () => {
    const current = element
    current.muted = muted.peek()
    current.play().catch((error: unknown) => {
      if (current !== element || !(error instanceof DOMException)) return
      if (error.name === 'NotAllowedError' && !current.muted) {
        soundRefused()
        current.muted = true
        play()
      } else if (error.name === 'NotAllowedError') set('paused')
      else if (error.name === 'NotSupportedError') set('failed')
    })
  }

  cleanups.add(
    effect(() => {
      element.muted = muted.value
    }),
  )
  let seen = () => {}
  let unseenMs = 0
  cleanups.add(
    effect(() => {
      if (state.value !== 'playing' || unseenMs <= 0) return
      const since = performance.now()
      const timer = setTimeout(() => {
        unseenMs = 0
        seen()
      }, unseenMs)
      return () => {
        clearTimeout(timer)
        unseenMs -= performance.now() - since
      }
    }),
  )
  on(document, 'visibilitychange', () => {
    if (document.hidden) element.pause()
    else if (wanted) play()
  })
  on(window, 'online', () => {
    if (state.peek() === 'failed') retry()
  })
  const retry = () => {
    set('loading')
    element.load()
    wanted = true
    play()
  }

  return {
    state,
    start(position, watched) {
      detach()
      element = videoAt(position)
      attach()
      pauseOthers(element)
      // That of the page may play already, and says so no more.
      const goesOn = !element.paused && element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA
      set(element.error ? 'failed' : goesOn ? 'playing' : 'loading')
      seen = watched
      unseenMs = watchMs
      if (stillness.matches) wanted = false
      if (element.error) return
      if (!wanted || document.hidden) {
        element.pause()
        set('paused')
      } else play()
    },
    toggle() {
      if (state.peek() === 'failed') return retry()
      wanted = element.paused
      if (element.paused) play()
      else element.pause()
    },
    retry,
    element: () => element,
    stop() {
      detach()
      pauseOthers(null)
      for (const cleanup of cleanups) cleanup()
    },
  }
}
