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

/** Loads everything but the feed, with its texts and styles. */
function load(): void {
  failed.value = null
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
    useEffect(() => {
      if (!more.peek()) load()
    }, [])
    if (Component) return <Component {...props} />
    if (failed.value) return <Failure error={failed.value} retry={load} />
    return <Spinner />
  }
}

let loading: Promise<void> | null = null

function loadStyles(): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = `/assets/${start.style}`
    link.addEventListener('load', () => resolve())
    link.addEventListener('error', () => {
      loading = null
      link.remove()
      reject(new Error(link.href))
    })
    document.head.append(link)
  })
  return loading
}
