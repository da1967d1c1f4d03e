import { session } from './session.ts'
import { type ReadonlySignal, type Signal, signal } from './signals.ts'

/** A list that is read page by page. */
export interface Paged<T> {
  readonly items: Signal<readonly T[]>
  readonly state: ReadonlySignal<'idle' | 'loading' | 'done' | 'failed'>
  readonly error: ReadonlySignal<unknown>
  /** Reads the next page, unless one is being read or there is none. */
  more(): Promise<void>
}

/**
 * @param fetchPage reads the page of a cursor, the first one with undefined
 * @param keyOf tells entries apart: one that moved between two pages is shown once
 */
export function paged<T>(
  fetchPage: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string }>,
  keyOf: (item: T) => number,
): Paged<T> {
  const items = signal<readonly T[]>([])
  const state = signal<'idle' | 'loading' | 'done' | 'failed'>('idle')
  const error = signal<unknown>(null)
  let cursor: string | undefined
  return {
    items,
    state,
    error,
    async more() {
      if (state.peek() === 'loading' || state.peek() === 'done') return
      state.value = 'loading'
      try {
        const page = await fetchPage(cursor)
        const known = new Set(items.peek().map(keyOf))
        items.value = [...items.peek(), ...page.items.filter((item) => !known.has(keyOf(item)))]
        cursor = page.next
        state.value = page.next === '' ? 'done' : 'idle'
      } catch (problem) {
        error.value = problem
        state.value = 'failed'
      }
    },
  }
}

const lists = new Map<string, unknown>()
const maxLists = 20

/**
 * Keeps what a screen has read, so that coming back to it shows it at once. A component that asks for
 * it asks again when another person is logged in, since much of it is forgotten then.
 */
export function keep<T>(key: string, make: () => T): T {
  void session.value
  const known = lists.get(key) as T | undefined
  const value = known ?? make()
  lists.delete(key)
  lists.set(key, value)
  const [oldest] = lists.keys()
  if (lists.size > maxLists && oldest !== undefined) lists.delete(oldest)
  return value
}

/** Forgets what was kept under keys that begin like this, all of it by default, but for others. */
export function forget(prefix = '', but?: string): void {
  for (const key of lists.keys()) {
    if (key.startsWith(prefix) && !(but && key.startsWith(but))) lists.delete(key)
  }
}
