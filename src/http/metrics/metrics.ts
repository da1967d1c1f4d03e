import { withoutSlash } from '../server/path.ts'
import { createHistogram, observe } from './metric.ts'

/** From a response that is kept to an upload from a slow phone. */
const latencySeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60,
]
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128]

/** Time between two checks of the event loop. */
const beatMs = 100

/** What happened since the start. */
export type Metrics = ReturnType<typeof createMetrics>

/**
 * Starts at zero; a request costs some 0.1 µs. A timer checks by how much the event loop is late
 * until it is closed.
 */
export function createMetrics() {
  const other = createRoute()
  const routes = new Map([['other', other]])
  const exact = new Map<string, RouteMetrics>()
  const prefixes: { prefix: string; metrics: RouteMetrics }[] = []
  const metricsOf = (path: string): RouteMetrics =>
    exact.get(path) ?? prefixes.find(({ prefix }) => path.startsWith(prefix))?.metrics ?? other

  const refusals = new Map<string, number>()
  const commitSeconds = createHistogram(latencySeconds)
  const commitWrites = createHistogram(batchSizes)
  const lagSeconds = createHistogram(latencySeconds)
  let due = performance.now() + beatMs
  const timer = setInterval(() => {
    const now = performance.now()
    observe(lagSeconds, Math.max(0, now - due) / 1000)
    due = now + beatMs
  }, beatMs)
  timer.unref()

  return {
    routes: routes as ReadonlyMap<string, RouteMetrics>,
    refusals: refusals as ReadonlyMap<string, number>,
    commitSeconds,
    commitWrites,
    lagSeconds,
    /** Declares the paths of the routes; requests of other paths are counted together. */
    declare(paths: Iterable<string>) {
      for (const path of paths) {
        const metrics = routes.get(path) ?? createRoute()
        routes.set(path, metrics)
        const stem = withoutSlash(path)
        const parameter = path.search(/[:*]/)
        if (parameter > 1) prefixes.push({ prefix: path.slice(0, parameter), metrics })
        else exact.set(stem, metrics).set(`${stem}/`, metrics)
      }
    },
    request(path: string, status: number, ms: number) {
      const { statuses, seconds } = metricsOf(path)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      observe(seconds, ms / 1000)
    },
    refused(code: string) {
      refusals.set(code, (refusals.get(code) ?? 0) + 1)
    },
    committed(writes: number, ms: number) {
      observe(commitSeconds, ms / 1000)
      observe(commitWrites, writes)
    },
    close: () => clearInterval(timer),
  }
}

type RouteMetrics = ReturnType<typeof createRoute>

const createRoute = () => ({
  statuses: new Map<number, number>(),
  seconds: createHistogram(latencySeconds),
})
