import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { loadMoreWords } from '../lib/language.ts'
import { start } from '../lib/start.ts'
import { Failure, Spinner } from './notice.tsx'

/** A component whose code is loaded when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<ComponentType<P> | null>(null)
  const failed = signal<unknown>(null)
  const begin = () => {
    failed.value = null
    Promise.all([load(), styles(), loadMoreWords()]).then(
      ([component]) => {
        loaded.value = component
      },
      (error) => {
        failed.value = error
      },
    )
  }
  return function Lazy(props: P) {
    const Component = loaded.value
    useEffect(() => {
      if (!loaded.peek()) begin()
    }, [])
    if (Component) return <Component {...props} />
    if (failed.value) return <Failure error={failed.value} retry={begin} />
    return <Spinner />
  }
}

let loading: Promise<void> | null = null

/** The styles of everything but the feed; with the code of the first other screen. */
function styles(): Promise<void> {
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
