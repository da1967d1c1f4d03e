import { useEffect, useRef, useState } from 'preact/hooks'
import { words } from '../../lib/language.ts'

const steps = 1000

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** How far a video has played; it can be dragged, and moved by keys when it has the focus. */
export function Progress({ element }: { element: HTMLVideoElement }) {
  const range = useRef<HTMLInputElement>(null)
  const [dragged, setDragged] = useState<string | null>(null)
  useEffect(() => {
    const show = () => {
      const { current } = range
      if (!current || current.dataset.held) return
      const share = element.duration > 0 ? element.currentTime / element.duration : 0
      current.value = String(Math.round(share * steps))
      current.style.setProperty('--share', String(share))
    }
    show()
    // Ten times a second is smooth, and costs less than every frame.
    const timer = setInterval(() => {
      if (!element.paused) show()
    }, 100)
    element.addEventListener('seeked', show)
    element.addEventListener('loadedmetadata', show)
    return () => {
      clearInterval(timer)
      element.removeEventListener('seeked', show)
      element.removeEventListener('loadedmetadata', show)
    }
  }, [element])
  const seek = (input: HTMLInputElement) => {
    const share = Number(input.value) / steps
    input.style.setProperty('--share', String(share))
    if (!(element.duration > 0)) return
    element.currentTime = share * element.duration
    setDragged(`${clock(element.currentTime)} / ${clock(element.duration)}`)
  }
  const hold = (on: boolean) => {
    if (on) range.current?.setAttribute('data-held', '1')
    else range.current?.removeAttribute('data-held')
    if (!on) setDragged(null)
  }
  return (
    <div class={dragged === null ? 'progress' : 'progress dragged'}>
      {dragged !== null && <output class="progress-time">{dragged}</output>}
      <input
        ref={range}
        type="range"
        min={0}
        max={steps}
        step={1}
        defaultValue="0"
        aria-label={words.value.progress}
        onPointerDown={() => hold(true)}
        onPointerUp={() => hold(false)}
        onPointerCancel={() => hold(false)}
        onBlur={() => hold(false)}
        onInput={({ currentTarget }) => seek(currentTarget)}
        onChange={() => setDragged(null)}
      />
    </div>
  )
}
