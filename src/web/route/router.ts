import { signal } from '../lib/signals.ts'

/** A sheet over a screen: an entry of the history of its own, so that Back closes it. */
export interface SheetState {
  readonly name: 'login' | 'comments' | 'keys' | 'own' | 'more' | 'edit' | 'blocked'
  readonly id?: number
  /** What `more` is about: that id is of one of these, and whose it is. */
  readonly kind?: 'video' | 'comment' | 'user'
  readonly user?: { readonly id: number; readonly name: string }
}

/** Where the person is. */
export interface Place {
  readonly path: string
  readonly query: string
  /** Of this entry of the history; the same again after Back. */
  readonly key: string
  readonly sheet: SheetState | null
}

interface Entry {
  readonly key: string
  /** How many entries of ours come before. */
  readonly depth: number
  readonly sheet: SheetState | null
  /** The address under which the screen was opened, if it was renamed since, by this load of the page. */
  readonly from?: { readonly path: string; readonly load: string }
}

const freshKey = () => Math.random().toString(36).slice(2)
/** Of this load of the page: after another one, the address is all there is. */
const load = freshKey()

function entry(): Entry {
  const { key, depth, sheet, from } = (history.state ?? {}) as Partial<Entry>
  return {
    key: key ?? freshKey(),
    depth: depth ?? 0,
    sheet: sheet ?? null,
    ...(from?.load === load ? { from } : {}),
  }
}

const read = (): Place => {
  const { key, sheet, from } = entry()
  return { path: from?.path ?? location.pathname, query: location.search, key, sheet }
}

history.scrollRestoration = 'manual'
history.replaceState(entry(), '')

export const place = signal<Place>(read())

const afterPop = new Set<() => void>()

addEventListener('popstate', () => {
  place.value = read()
  for (const done of afterPop) done()
  afterPop.clear()
})

/** Goes to an address of the client; `replace` leaves no way back to this one. */
export function navigate(to: string, { replace = false } = {}): void {
  const { depth } = entry()
  const next: Entry = { key: freshKey(), depth: replace ? depth : depth + 1, sheet: null }
  history[replace ? 'replaceState' : 'pushState'](next, '', to)
  place.value = read()
}

/** Says in the address what is on the screen, which stays the screen that it is. */
export function renameTo(path: string): void {
  if (location.pathname + location.search === path) return
  const known = entry()
  const from = known.from ?? { path: location.pathname, load }
  history.replaceState({ ...known, from } satisfies Entry, '', path)
}

/** Goes back inside the client; to the feed if there is nothing before. */
export function goBack(): void {
  if (entry().depth > 0) history.back()
  else navigate('/', { replace: true })
}

export function openSheet(sheet: SheetState): void {
  const { depth, from } = entry()
  const next: Entry = { key: freshKey(), depth: depth + 1, sheet, ...(from ? { from } : {}) }
  history.pushState(next, '')
  place.value = read()
}

/**
 * Closes the open sheet; resolves when the history is back where it was.
 * @param key of the sheet's place, if it may have been closed before: no other one is
 */
export async function closeSheet(key = place.peek().key): Promise<void> {
  if (place.peek().sheet === null || place.peek().key !== key) return
  if (entry().depth === 0) {
    history.replaceState({ ...entry(), sheet: null } satisfies Entry, '')
    place.value = read()
    return
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  afterPop.add(resolve)
  history.back()
  await promise
}

// A plain click on a link to one of our screens stays in the page.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download'))
    return
  if (/^\/(swagger|videos|covers)(\/|$)/.test(link.pathname)) return
  event.preventDefault()
  const same = link.pathname + link.search === location.pathname + location.search
  navigate(link.pathname + link.search, { replace: same || 'replace' in link.dataset })
  const { comments } = link.dataset
  if (comments) openSheet({ name: 'comments', id: Number(comments) })
})
