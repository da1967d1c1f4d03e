import type { Awaitable } from '../awaitable.ts'
import { type EndpointHandler, isEndpoint } from './endpoint.ts'
import type { Peer } from './origin.ts'

/** The part of the app that this needs. */
interface App {
  readonly routes: readonly { method: string; path: string; handler: unknown }[]
  fetch(request: Request): Awaitable<Response>
}

/** Hands a request on to whoever answers it. */
export type Dispatch = (request: Request, path: string, peer: Peer) => Awaitable<Response>

/**
 * The way of a request to its handler. What `endpoint` made takes nothing from the framework but
 * the request and the server, and throws nothing; so where it is to read, it is called at once. All
 * else goes through the app. Saves 2 µs of a read, a sixth of a small one.
 */
export function createDispatch(app: App): Dispatch {
  const reads = new Map<string, EndpointHandler>()
  for (const { method, path, handler } of app.routes) {
    if (method !== 'GET' || !isEndpoint(handler)) continue
    // With and without the slash at the end it is the same route.
    const stem = path.replace(/\/$/, '')
    reads.set(stem, handler).set(`${stem}/`, handler)
  }
  return (request, path, peer) => {
    const handler = request.method === 'GET' ? reads.get(path) : undefined
    return handler ? handler({ request, server: peer }) : app.fetch(request)
  }
}
