import { useEffect, useRef } from 'preact/hooks'
import type { Paged } from '../lib/paged.ts'
import { Failure, Spinner } from './notice.tsx'

/** The end of a list that is read page by page: reads the next one when it comes into view. */
export function ListEnd<T>({ list }: { list: Paged<T> }) {
  const end = useRef<HTMLDivElement>(null)
  const state = list.state.value
  const count = list.items.value.length
  useEffect(() => {
    if (!end.current || state !== 'idle') return
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) void list.more()
      },
      { rootMargin: '600px' },
    )
    seen.observe(end.current)
    return () => seen.disconnect()
  }, [list, state, count])
  return (
    <div ref={end} class="list-end">
      {state === 'loading' && <Spinner />}
      {state === 'failed' && <Failure error={list.error.value} retry={() => void list.more()} />}
    </div>
  )
}
