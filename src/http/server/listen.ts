import type { App } from '../../app.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { addressOf } from '../endpoint/caller.ts'
import { languageOf } from '../endpoint/language.ts'
import { refuse } from '../response/envelope.ts'
import { openHeaders } from '../response/secure-headers.ts'
import { type RequestDetails, refusalOf } from './log.ts'
import { pathOf } from './path.ts'
import { freshId, requestIdOf } from './request-id.ts'
import { type Identity, readIdentity, watchIdentity } from './tls.ts'

/** A server that takes requests. */
export interface Listening {
  readonly port: number
  readonly url: URL
  /** Uses the certificate's files if they have changed; does nothing without TLS. */
  renew(): void
  /** Takes no more requests; resolves when the open ones are done, or after `grace` ms. */
  stop(grace: number): Promise<void>
}

/**
 * How long a connection may be without traffic. A player that pauses must keep its connection, and
 * no handler can lengthen this for a file, so it is long for all.
 */
const idleSeconds = 120

const exposing = 'access-control-expose-headers'

/**
 * Bun refuses a larger body without a message, so it refuses none: whoever reads one has a bound, and
 * what nobody reads is passed over, at no cost of memory.
 */
const maxRequestBodySize = Number.MAX_SAFE_INTEGER

/**
 * Listens with the app's handler; logs and measures each response. `reusePort` is off, or a second
 * server would share the port silently.
 * @throws Error with a sentence, if the port is taken, the address isn't ours, or the certificate
 * can't be used
 */
export function listen({ elysia, websocket }: App, ctx: Context): Listening {
  const { host, port } = ctx.config
  const { fetch: route } = elysia
  // With a JSON log, each response carries the id of its line; a person reading text does without.
  const withIds = ctx.config.log === 'json'
  const { logAddress } = ctx.config
  const isPlain = !withIds && !logAddress
  const detailsOf = (request: Request): RequestDetails => ({
    status_code: withIds ? refusalOf(request) : undefined,
    request_id: withIds ? requestIdOf(request) : undefined,
  })
  const identity = readIdentity(ctx.config)
  const serve = (port: number, identity: Identity | null) =>
    Bun.serve({
      hostname: host,
      port,
      ...(identity ? { tls: { ...identity } } : {}),
      reusePort: false,
      development: false,
      idleTimeout: idleSeconds,
      maxRequestBodySize,
      fetch(request) {
        const started = performance.now()
        const path = pathOf(request.url)
        // Nobody knows it any more when the connection is gone.
        const address = logAddress ? addressOf(request, server, ctx.config) : undefined
        const finish = (response: Response) => {
          const ms = performance.now() - started
          const status = response?.status ?? 101
          ctx.metrics.request(path, status, ms)
          if (isPlain) ctx.log.request(request.method, path, status, ms)
          else {
            const details = { address, ...detailsOf(request) }
            ctx.log.request(request.method, path, status, ms, details)
            if (details.request_id) {
              response?.headers.set('x-request-id', details.request_id)
              response?.headers.set(exposing, openHeaders[exposing])
            }
          }
          return response
        }
        // Without a valid Host, its URL is a path, in which a router would find another one. HTTP/1.0
        // knows no Host, and health checks still speak it: they mean whoever listens here.
        if (request.url.startsWith('/')) {
          if (request.headers.has('host'))
            return finish(refuse(new AppError('not_found'), languageOf(request)))
          Object.defineProperty(request, 'url', { value: server.url.origin + request.url })
        }
        const response = route(request)
        if (!(response instanceof Promise)) return finish(response)
        return response.catch((error) => fail(request, error)).then(finish)
      },
      websocket,
      error(error) {
        const id = freshId()
        ctx.log.failure('server', error, id)
        return refuse(new AppError('internal'), 'zh', {}, id)
      },
    })
  // The failure of a read that had to wait, which Elysia doesn't await: see `endpoint.ts`.
  const fail = (request: Request, error: Error & { code?: string }): Promise<Response> =>
    // biome-ignore lint/complexity/useLiteralKeys: protected, and the one way to the app's hooks
    elysia['handleError'](
      { request, set: { headers: {} }, code: error.code ?? 'UNKNOWN' } as { request: Request },
      error,
    )
  let server = bind(host, port, () => serve(port, identity))
  elysia.server = elysia.store.server = server

  /**
   * Bun takes another certificate only with another server: a new one takes over the port, and the
   * old one ends with its open connections.
   */
  const retired = new Set<typeof server>()
  const replace = (identity: Identity) => {
    const old = server
    const { port } = old
    // Tried out first, since there is no way back once the old server has stopped.
    void Bun.serve({ port: 0, hostname: host, tls: { ...identity }, fetch: notFound }).stop(true)
    retired.add(old)
    old.stop().then(() => retired.delete(old))
    server = serve(port as number, identity)
    elysia.server = elysia.store.server = server
  }
  const renewal = identity && watchIdentity(ctx.config, identity, ctx.log, replace)
  return {
    port: server.port as number,
    url: server.url,
    renew: () => renewal?.check(),
    async stop(grace) {
      renewal?.stop()
      const stopped = server.stop()
      const deadline = performance.now() + grace
      // Polled: a timer of the whole grace period would keep the process alive that long.
      while (server.pendingRequests > 0 && performance.now() < deadline) await Bun.sleep(10)
      await Promise.race([stopped, Bun.sleep(100)])
      await Promise.all([server, ...retired].map((one) => one.stop(true)))
    },
  }
}

const notFound = () => new Response(null, { status: 404 })

/** Opens a server. @throws Error with a sentence, if the port is taken or the address isn't ours */
export function bind<T>(host: string, port: number, serve: () => T): T {
  try {
    return serve()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE') throw new Error(`port ${port} is in use; --port 0 takes a free one`)
    // The others: it is no address at all, nor a name of one.
    if (['EADDRNOTAVAIL', 'EINVAL', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? ''))
      throw new Error(`--host: ${host} is not an address of this machine`)
    if (code === 'EACCES') throw new Error(`port ${port} may only be used by an administrator`)
    throw error
  }
}
