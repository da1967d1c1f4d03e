import { withoutSlash } from '../server/path.ts'
import { createHistogram, type Histogram, observe } from './histogram.ts'

/** Counts what happened since the start. A request costs some 0.1 µs. */
export interface Metrics {
  readonly routes: ReadonlyMap<string, RouteMetrics>
  readonly refusals: ReadonlyMap<string, number>
  /** Seconds until a batch of writes was on disk, and the number of writes in it. */
  readonly commitSeconds: Histogram
  readonly commitWrites: Histogram
  /** Seconds by which a timer was late: how long the event loop was blocked. */
  readonly lagSeconds: Histogram
  /** Declares the paths of the routes; requests of other paths are counted together. */
  declare(paths: Iterable<string>): void
  request(path: string, status: number, ms: number): void
  refused(code: string): void
  committed(writes: number, ms: number): void
  close(): void
}

export interface RouteMetrics {
  readonly statuses: Map<number, number>
  readonly seconds: Histogram
}

/** From a response that is kept to an upload from a slow phone. */
const latencySeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60,
]
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Time between two checks of the event loop. */
const beatMs = 100

/** Starts at zero; a timer checks the event loop until it is closed. */
export function createMetrics(): Metrics {
  const routes = new Map<string, RouteMetrics>()
  const exact = new Map<string, RouteMetrics>()
  const prefixes: { prefix: string; metrics: RouteMetrics }[] = []
  const refusals = new Map<string, number>()
  const commitSeconds = createHistogram(latencySeconds)
  const commitWrites = createHistogram(batchSizes)
  const lagSeconds = createHistogram(latencySeconds)
  const other = createRoute()
  routes.set('other', other)

  const metricsOf = (path: string): RouteMetrics => {
    const known = exact.get(path)
    if (known) return known
    for (const { prefix, metrics } of prefixes) if (path.startsWith(prefix)) return metrics
    return other
  }

  let due = performance.now() + beatMs
  const timer = setInterval(() => {
    const now = performance.now()
    observe(lagSeconds, Math.max(0, now - due) / 1000)
    due = now + beatMs
  }, beatMs)
  timer.unref()

  return {
    routes,
    refusals,
    commitSeconds,
    commitWrites,
    lagSeconds,
    declare(paths) {
      for (const path of paths) {
        const metrics = routes.get(path) ?? createRoute()
        routes.set(path, metrics)
        const parameter = path.search(/[:*]/)
        if (parameter > 1) prefixes.push({ prefix: path.slice(0, parameter), metrics })
        if (parameter > 1) continue
        const stem = withoutSlash(path)
        exact.set(stem, metrics).set(`${stem}/`, metrics)
      }
    },
    request(path, status, ms) {
      const { statuses, seconds } = metricsOf(path)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      observe(seconds, ms / 1000)
    },
    refused(code) {
      refusals.set(code, (refusals.get(code) ?? 0) + 1)
    },
    committed(writes, ms) {
      observe(commitSeconds, ms / 1000)
      observe(commitWrites, writes)
    },
    close: () => clearInterval(timer),
  }
}

const createRoute = (): RouteMetrics => ({
  statuses: new Map(),
  seconds: createHistogram(latencySeconds),
})
