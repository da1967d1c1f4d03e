import { readFileSync } from 'node:fs'

/** So often the processes are looked at, and so often when they have more than half of what they may. */
const lookMs = 100
const closeLookMs = 20

const pageBytes = 4096

/** One process may have this part of what all may have together. */
const shareOfOne = 3 / 4

export type MemoryGuard = ReturnType<typeof createMemoryGuard>

interface Watched {
  readonly pid: number
  kill(): void
  isIdle(): boolean
}

/**
 * Keeps the media processes together within so many bytes: the largest is killed when they have more,
 * or when it alone has three quarters of that. Only on Linux, which says what a process has.
 */
export function createMemoryGuard(maxBytes: number) {
  const watched = new Set<Watched>()
  const maxOfOne = maxBytes * shareOfOne
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    const pause = check() > maxBytes / 2 ? closeLookMs : lookMs
    timer = watched.size > 0 ? setTimeout(look, pause).unref() : undefined
  }
  /** Returns what all have together. */
  const check = (): number => {
    const sizes = [...watched].map((process) => ({ process, bytes: bytesOf(process.pid) }))
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
    const largest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a), {
      bytes: 0,
      process: null as Watched | null,
    })
    if (total <= maxBytes && largest.bytes <= maxOfOne) return total
    // What has nothing to do goes first: nobody loses anything.
    const idle = sizes.find(({ process }) => process.isIdle())?.process
    const chosen = idle ?? largest.process
    if (!chosen) return total
    watched.delete(chosen)
    chosen.kill()
    return total
  }
  return {
    /** What one process may have. */
    maxOfOne,
    /** Watches a process; returns a function that ends that. */
    watch(pid: number, kill: () => void, isIdle = () => false): () => void {
      const process = { pid, kill, isIdle }
      watched.add(process)
      timer ??= setTimeout(look, lookMs).unref()
      return () => {
        watched.delete(process)
        if (watched.size > 0) return
        clearTimeout(timer)
        timer = undefined
      }
    },
  }
}

/** What a process and its children have in memory; 0 if the system doesn't say, or it has ended. */
function bytesOf(pid: number): number {
  const read = (name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8')
    } catch {
      return ''
    }
  }
  const own = Number(read('statm').split(' ')[1] ?? 0) * pageBytes
  const children = read(`task/${pid}/children`).split(' ').filter(Boolean)
  return children.reduce((sum, child) => sum + bytesOf(Number(child)), own || 0)
}
