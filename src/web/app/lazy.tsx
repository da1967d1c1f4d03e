import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { loadMoreWords } from '../lib/language.ts'
import { signal } from '../lib/signals.ts'
import { start } from '../lib/start.ts'
import { Failure, Spinner } from '../ui/notice.tsx'

type More = typeof import('./more.ts')
type Props<T> = T extends (props: infer P) => unknown ? P : never

const more = signal<More | null>(null)
const failed = signal<unknown>(null)

let isAsked = false

/** Loads everything but the feed, with its texts and styles; once, since a browser asks only once. */
function load(): void {
  if (isAsked) return
  isAsked = true
  Promise.all([import('./more.ts'), loadStyles(), loadMoreWords()]).then(
    ([loaded]) => {
      more.value = loaded
    },
    (error) => {
      failed.value = error
    },
  )
}

/** A component of `more.ts`, which is loaded when the first one is shown. */
export function lazy<K extends keyof More>(name: K): ComponentType<Props<More[K]>> {
  return function Lazy(props) {
    const Component = more.value?.[name] as ComponentType<Props<More[K]>> | undefined
    useEffect(load, [])
    if (Component) return <Component {...props} />
    if (failed.value) return <Failure error={failed.value} retry={() => location.reload()} />
    return <Spinner />
  }
}

function loadStyles(): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = `/assets/${start.style}`
    link.addEventListener('load', () => resolve())
    link.addEventListener('error', reject)
    document.head.append(link)
  })
}
