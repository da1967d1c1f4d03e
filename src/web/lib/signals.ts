// Signals as `@preact/signals` has them, in a fifth of its bytes: no more of them than is used here.
// `ui/signals.ts` renders components by them.

/** A value that tells whoever has read it when it changes. */
export interface ReadonlySignal<T> {
  readonly value: T
  /** The value, for somebody who isn't to be told. */
  peek(): T
}

export interface Signal<T> extends ReadonlySignal<T> {
  value: T
}

interface Watcher {
  /** Of each signal that it has read: those who have. */
  readonly sources: Set<Set<Watcher>>
  run(): void
}

/** Who reads at the moment. */
let reader: Watcher | null = null
const waiting = new Set<Watcher>()
let batching = false
/** Beyond that, what is told changes what it was told of. */
const maxRuns = 10_000

/** Tells of what is changed meanwhile once, at the end. */
export function batch<T>(change: () => T): T {
  if (batching) return change()
  batching = true
  try {
    return change()
  } finally {
    tell()
  }
}

function tell(): void {
  const errors: unknown[] = []
  let runs = 0
  for (const watcher of waiting) {
    waiting.delete(watcher)
    try {
      if (++runs <= maxRuns) watcher.run()
    } catch (error) {
      errors.push(error)
    }
  }
  batching = false
  if (runs > maxRuns) throw new Error('signals in a circle')
  if (errors.length > 0) throw errors[0]
}

export function signal<T>(initial: T): Signal<T> {
  let current = initial
  const readers = new Set<Watcher>()
  return {
    get value() {
      if (reader) reader.sources.add(readers.add(reader))
      return current
    },
    set value(next) {
      if (next === current) return
      current = next
      batch(() => {
        for (const one of readers) waiting.add(one)
      })
    },
    peek: () => current,
  }
}

/** Does something in the name of a reader, or of nobody. */
function as<T>(who: Watcher | null, what: () => T): T {
  const before = reader
  reader = who
  try {
    return what()
  } finally {
    reader = before
  }
}

/**
 * Does something now, and again when a signal changes that it has read; first, what it returned before.
 * @returns what ends it
 */
export function effect(act: () => unknown): () => void {
  let undo: unknown
  const stop = () => {
    for (const readers of watcher.sources) readers.delete(watcher)
    watcher.sources.clear()
    waiting.delete(watcher)
    const last = undo
    undo = undefined
    if (typeof last === 'function') as(null, () => last())
  }
  const watcher: Watcher = {
    sources: new Set(),
    run() {
      stop()
      batch(() => {
        undo = as(watcher, act)
      })
    },
  }
  watcher.run()
  return stop
}

/** A value that follows from others. It is made anew for each who reads it, so it is to be cheap. */
export const computed = <T>(derive: () => T): ReadonlySignal<T> => ({
  get value() {
    return derive()
  },
  peek: () => as(null, derive),
})
