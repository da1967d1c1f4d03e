import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { words } from '../lib/language.ts'
import { toasts } from '../lib/toast.ts'
import { navigate, place } from '../route/router.ts'
import { keyAction } from '../video/gesture/keys.ts'
import { Navigation } from './navigation.tsx'
import { match, type ScreenName } from './routes.ts'
import { Screen } from './screens.tsx'
import { OpenSheet } from './sheets.tsx'

/** How far each screen was scrolled, by the entry of the history. */
const scrolled = new Map<string, number>()

const watching: ReadonlySet<string> = new Set([
  'feed',
  'following',
  'video',
  'userVideo',
  'foundVideo',
] satisfies ScreenName[])

/** Everything: the ways, the screen, the sheet over it and what is said for a moment. */
export function Shell() {
  const w = words.value
  const main = useRef<HTMLElement>(null)
  const { key, path, sheet } = place.value
  const name = match(path)?.name
  const dark = name !== undefined && watching.has(name)
  useLayoutEffect(() => {
    const element = main.current
    if (!element || sheet) return
    const top = scrolled.get(key) ?? 0
    // What was there before may come a moment later, with the code of its screen.
    element.scrollTop = top
    const later = top > 0 ? requestAnimationFrame(() => element.scrollTo(0, top)) : 0
    return () => cancelAnimationFrame(later)
  }, [key])
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : ''
  }, [dark])
  useEffect(() => {
    // Before a player, for which it is no key.
    const press = (event: KeyboardEvent) => {
      if (keyAction(event) !== 'search') return
      event.preventDefault()
      const field = main.current?.querySelector<HTMLInputElement>('[type="search"]')
      if (field) field.focus()
      else navigate('/search')
    }
    addEventListener('keydown', press, true)
    return () => removeEventListener('keydown', press, true)
  }, [])
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {w.skip}
      </button>
      <Navigation />
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        class={dark ? 'screen watching' : 'screen'}
        onScroll={({ currentTarget }) => {
          if (!place.peek().sheet) scrolled.set(place.peek().key, currentTarget.scrollTop)
        }}
      >
        <Screen />
      </main>
      <OpenSheet />
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map(({ id, text }) => (
          <p key={id} class="toast">
            {text}
          </p>
        ))}
      </div>
    </div>
  )
}
