import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Video } from '../../lib/api.ts'
import { videoState } from '../../lib/entities.ts'
import { signal } from '../../lib/signals.ts'
import { Caption } from '../caption.tsx'
import { Rail } from '../rail.tsx'
import { afterFrame, load, rest, videoAt } from './pool.ts'

interface SlideProps {
  readonly video: Video
  /** Where in the list, as the screen has it. */
  readonly position: number
  readonly current: boolean
  /** Whether it comes next, and is to be ready by then. */
  readonly soon: boolean
  readonly place: number
  /** Entries of the list, -1 if there are more than known. */
  readonly total: number
}

/** How much of a picture may be cut off for filling the screen. */
const maxCut = 0.28

/** One video with what is written about it. The player sees to it that it plays. */
export function Slide({ video, position, current, soon, place, total }: SlideProps) {
  const holder = useRef<HTMLDivElement>(null)
  const fills = useMemo(() => signal(false), [video.id])
  const fit = (width: number, height: number) => {
    const box = holder.current
    if (!box || width === 0 || box.clientHeight === 0) return
    const ratio = width / height / (box.clientWidth / box.clientHeight)
    fills.value = width < height && 1 - Math.min(ratio, 1 / ratio) <= maxCut
  }
  useLayoutEffect(() => {
    const element = videoAt(position)
    if (element.parentNode !== holder.current) holder.current?.append(element)
    document.querySelector('.first')?.remove()
    fit(element.videoWidth, element.videoHeight)
    const begin = () => load(element, video.play_url)
    if (current) begin()
    else rest(element, video.play_url)
    const cancel = soon ? afterFrame(videoAt(position - 1), begin) : undefined
    const sized = () => fit(element.videoWidth, element.videoHeight)
    element.addEventListener('loadedmetadata', sized)
    return () => {
      cancel?.()
      element.removeEventListener('loadedmetadata', sized)
    }
  }, [position, video.play_url, current, soon])
  return (
    <article
      class="slide"
      style={{ transform: `translateY(${position * 100}%)` }}
      aria-label={videoState(video).value.title}
      aria-posinset={place + 1}
      aria-setsize={total}
      inert={!current}
    >
      <div ref={holder} class={fills.value ? 'media fills' : 'media'}>
        <img
          key={video.id}
          src={video.cover_url}
          alt=""
          draggable={false}
          decoding="async"
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            fit(naturalWidth, naturalHeight)
          }
        />
      </div>
      <div class="shade" />
      <Caption video={video} />
      <Rail video={video} />
    </article>
  )
}
