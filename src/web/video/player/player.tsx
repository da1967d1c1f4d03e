import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { videoState } from '../../lib/entities.ts'
import { words } from '../../lib/language.ts'
import { batch, signal } from '../../lib/signals.ts'
import { recall } from '../../lib/storage.ts'
import { toast } from '../../lib/toast.ts'
import { openSheet, place, renameTo } from '../../route/router.ts'
import { Icon } from '../../ui/icon.tsx'
import { downIcon, mutedIcon, playIcon, soundIcon, upIcon } from '../../ui/icons.ts'
import { Spinner } from '../../ui/notice.tsx'
import { type KeyAction, keyAction } from '../gesture/keys.ts'
import { listenToSwipes } from '../gesture/swipe.ts'
import { createWheel } from '../gesture/wheel.ts'
import { setLike } from '../like.ts'
import type { Source } from '../source.ts'
import { countView } from '../views.ts'
import { Heart, showHeart } from './heart.tsx'
import { createPlayback } from './playback.ts'
import { slotOf, videoAt } from './pool.ts'
import { Progress } from './progress.tsx'
import { Slide } from './slide.tsx'
import { muted, setSound } from './sound.ts'

/** Entries before the end of the list at which the next page is read. */
const ahead = 8
/** A second tap within this time makes a like of the first. */
const doubleTapMs = 250
const seekSeconds = 5
/** Browsers allow few changes of the address in a row. */
const renameMs = 600

/** Goes through a list of videos, one at a time, by finger, mouse, wheel and keys. */
export function Player({ source }: { source: Source }) {
  const stage = useRef<HTMLDivElement>(null)
  const track = useRef<HTMLDivElement>(null)
  const { list, index, origin } = source
  const videos = list.items.value
  const at = Math.min(index.value, videos.length - 1)
  const position = at - origin.value
  const video = videos[at]

  const steps = useMemo(() => signal(0), [source])
  const wished = useRef(false)
  const canStep = (direction: 1 | -1) => {
    const next = index.peek() + direction
    return next >= 0 && next < list.items.value.length
  }
  const step = (direction: 1 | -1) => {
    if (!canStep(direction)) {
      // What comes next is on its way: the step is made when it is there.
      wished.current = direction === 1 && list.state.peek() !== 'done'
      if (wished.current) void list.more()
      else if (direction === 1) toast(words.value.feedEnd)
      return
    }
    wished.current = false
    batch(() => {
      index.value += direction
      steps.value += 1
    })
  }
  const playback = useMemo(
    () =>
      createPlayback(
        () => step(1),
        () => recall('advance') !== 'on' || !canStep(1),
      ),
    [source],
  )
  useEffect(() => () => playback.stop(), [playback])

  // Played at the intent: before the picture has moved, so that it has begun when it is there.
  useLayoutEffect(() => {
    if (video) playback.start(position, () => void countView(video.id))
  }, [playback, position, video?.id])

  const settle = (animate: boolean) => {
    const element = track.current
    if (!element) return
    element.classList.toggle('still', !animate)
    element.style.transform = `translate3d(0, ${-(index.peek() - origin.peek()) * 100}%, 0)`
  }
  useLayoutEffect(() => settle(steps.peek() > 0), [position])

  useEffect(() => {
    if (at >= videos.length - ahead) void list.more()
    if (wished.current) step(1)
  }, [at, videos.length])

  useEffect(() => {
    if (!video || steps.value === 0) return
    const { key } = place.peek()
    const timer = setTimeout(() => {
      // Back may have led elsewhere just now: another entry keeps its address.
      const now = place.peek()
      if (now.key === key && now.sheet === null) renameTo(source.path(video))
    }, renameMs)
    return () => clearTimeout(timer)
  }, [video?.id, steps.value])

  // Together with the picture: a key or a touch may come before the next frame.
  useLayoutEffect(() => {
    if (!stage.current) return
    let tapTimer: ReturnType<typeof setTimeout> | undefined
    const element = stage.current
    const tap = (event: PointerEvent) => {
      if (event.target instanceof Element && event.target.closest('a, button, .caption')) return
      if (tapTimer === undefined) {
        tapTimer = setTimeout(() => {
          tapTimer = undefined
          playback.toggle()
        }, doubleTapMs)
        return
      }
      clearTimeout(tapTimer)
      tapTimer = undefined
      const current = list.items.value[index.peek()]
      if (!current) return
      showHeart(event.clientX, event.clientY)
      void setLike(current, true)
    }
    const stop = listenToSwipes(element, {
      height: () => element.clientHeight,
      offset: () => offsetOf(track.current, element, index.peek() - origin.peek()),
      canStep,
      drag(offset) {
        if (!track.current) return
        track.current.classList.add('still')
        const base = -(index.peek() - origin.peek()) * 100
        track.current.style.transform = `translate3d(0, calc(${base}% + ${offset}px), 0)`
      },
      settle: () => settle(true),
      step,
      tap,
    })
    const wheel = createWheel()
    const turn = (event: WheelEvent) => {
      if (event.ctrlKey) return
      event.preventDefault()
      const direction = wheel(event)
      if (direction !== 0) step(direction)
    }
    element.addEventListener('wheel', turn, { passive: false })
    const press = (event: KeyboardEvent) => {
      const action = keyAction(event)
      if (action === null) return
      event.preventDefault()
      if (!event.repeat || action === 'forward' || action === 'rewind') act(action)
    }
    addEventListener('keydown', press)
    const act = (action: KeyAction) => {
      const player = playback.element()
      const current = list.items.value[index.peek()]
      if (action === 'next') step(1)
      else if (action === 'previous') step(-1)
      else if (action === 'toggle') playback.toggle()
      else if (action === 'mute') setSound(muted.peek())
      else if (action === 'help') openSheet({ name: 'keys' })
      else if (action === 'forward' || action === 'rewind') {
        const by = action === 'forward' ? seekSeconds : -seekSeconds
        player.currentTime = Math.max(0, Math.min(player.duration || 0, player.currentTime + by))
      } else if (action === 'fullscreen') {
        void (
          document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen?.()
        )?.catch(() => {})
      } else if (current && action === 'like') {
        void setLike(current, !videoState(current).peek().liked)
      } else if (current && action === 'comments') openSheet({ name: 'comments', id: current.id })
    }
    return () => {
      stop()
      clearTimeout(tapTimer)
      element.removeEventListener('wheel', turn)
      removeEventListener('keydown', press)
    }
  }, [source, video === undefined])

  const total = list.state.value === 'done' ? videos.length : -1
  // Always as many after the first step, or the ends would make slides and throw them away.
  const first = steps.value > 0 ? Math.max(0, Math.min(at - 1, videos.length - 3)) : at - 1
  const shown = [first, first + 1, first + 2].filter((one) => one >= 0 && one < videos.length)
  const w = words.value
  if (!video) return null
  return (
    <div ref={stage} class="stage">
      <div ref={track} class="track still" role="feed" aria-busy={list.state.value === 'loading'}>
        {shown.map((one) => {
          const shownVideo = videos[one]
          return (
            shownVideo && (
              <Slide
                key={slotOf(one - origin.value)}
                video={shownVideo}
                position={one - origin.value}
                place={one}
                total={total}
                current={one === at}
                soon={one === at + 1}
              />
            )
          )
        })}
      </div>
      <Overlay playback={playback} />
      <Progress element={videoAt(position)} />
      {muted.value && (
        <button type="button" class="sound-hint" onClick={() => setSound(true)}>
          <Icon of={mutedIcon} />
          {w.tapForSound}
        </button>
      )}
      {!muted.value && (
        <button
          type="button"
          class="sound-on round"
          aria-label={w.mute}
          onClick={() => setSound(false)}
        >
          <Icon of={soundIcon} />
        </button>
      )}
      <Heart />
      <div class="steppers">
        <button
          type="button"
          class="round"
          aria-label={w.previous}
          disabled={!canStep(-1)}
          onClick={() => step(-1)}
        >
          <Icon of={upIcon} />
        </button>
        <button
          type="button"
          class="round"
          aria-label={w.next}
          disabled={!canStep(1)}
          onClick={() => step(1)}
        >
          <Icon of={downIcon} />
        </button>
      </div>
    </div>
  )
}

/** What lies over the video: that it waits, is paused, or can't be played. */
function Overlay({ playback }: { playback: ReturnType<typeof createPlayback> }) {
  const state = playback.state.value
  const w = words.value
  if (state === 'failed') {
    return (
      <div class="overlay failed" role="alert">
        <p>{navigator.onLine ? w.videoFailed : w.offline}</p>
        <button type="button" class="button" onClick={playback.retry}>
          {w.retry}
        </button>
      </div>
    )
  }
  if (state === 'paused') {
    return (
      <button type="button" class="overlay big-play" aria-label={w.play} onClick={playback.toggle}>
        <Icon of={playIcon} filled />
      </button>
    )
  }
  return state === 'loading' ? (
    <div class="overlay waiting">
      <Spinner />
    </div>
  ) : null
}

/** How far the track is from its place, in the middle of its way. */
function offsetOf(track: HTMLElement | null, stage: HTMLElement, position: number): number {
  if (!track) return 0
  const moved = new DOMMatrixReadOnly(getComputedStyle(track).transform).m42
  const height = stage.clientHeight
  // What is further away than a neighbour isn't drawn any more.
  return Math.max(-height, Math.min(height, moved + position * height))
}
