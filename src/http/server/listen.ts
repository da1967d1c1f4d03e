import type { App } from '../../app.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { refuse } from '../response/envelope.ts'
import { pathOf } from './path.ts'
import { freshId, requestIdOf } from './request-id.ts'
import { type Identity, readIdentity, watchIdentity } from './tls.ts'

/** A server that takes requests. */
export interface Listening {
  readonly port: number
  readonly url: URL
  /** Uses the certificate's files if they are other ones by now; does nothing without. */
  renew(): void
  /** Takes no more requests and resolves when those under way are answered, or after `grace` ms. */
  stop(grace: number): Promise<void>
}

/**
 * Seconds without traffic after which a connection is closed. A player that pauses must keep its
 * connection, and no handler can lengthen this for a file, so it is long for all.
 */
const idleTimeout = 120

/**
 * Listens with the app's handler and logs each answer. `reusePort` is off, or a second server would
 * share the port without a word.
 * @throws Error with a sentence, if the port is taken, the address isn't ours, or the certificate
 * can't be used
 */
export function listen({ elysia, websocket }: App, ctx: Context): Listening {
  const { host, port, maxUpload } = ctx.config
  const { fetch: route } = elysia
  // Whoever reads JSON wants to find the line of an answer; a person does without.
  const named = ctx.config.log === 'json'
  const identity = readIdentity(ctx.config)
  const serve = (port: number, identity: Identity | null) =>
    Bun.serve({
      hostname: host,
      port,
      ...(identity ? { tls: { ...identity } } : {}),
      reusePort: false,
      development: false,
      idleTimeout,
      // Beyond our own limit, so that it is we who refuse, with a sentence.
      maxRequestBodySize: maxUpload + (64 << 20),
      async fetch(request) {
        const started = performance.now()
        const path = pathOf(request.url)
        const response = await route(request)
        const ms = performance.now() - started
        const status = response?.status ?? 101
        ctx.metrics.request(path, status, ms)
        const id = named ? requestIdOf(request) : undefined
        ctx.log.request(request.method, path, status, ms, id)
        if (id) response?.headers.set('x-request-id', id)
        return response
      },
      websocket,
      error(error) {
        const id = freshId()
        ctx.log.failure('server', error, id)
        return refuse(new AppError('internal'), 'zh', {}, id)
      },
    })
  let server = start(host, port, () => serve(port, identity))
  elysia.server = server

  /**
   * Bun takes another certificate only with another server: this one takes the port over, and the
   * one before ends with the connections that it has.
   */
  const retired = new Set<typeof server>()
  const replace = (identity: Identity) => {
    const old = server
    const { port } = old
    // Tried out first, since after this there is nobody to go back to.
    void Bun.serve({ port: 0, hostname: host, tls: { ...identity }, fetch: notFound }).stop(true)
    retired.add(old)
    old.stop().then(() => retired.delete(old))
    server = serve(port as number, identity)
    elysia.server = server
  }
  const renewal = identity && watchIdentity(ctx.config, identity, ctx.log, replace)
  return {
    port: server.port as number,
    url: server.url,
    renew: () => renewal?.look(),
    async stop(grace) {
      renewal?.stop()
      const stopped = server.stop()
      const deadline = performance.now() + grace
      // Asked for again and again: a timer of the whole grace would keep the process alive for it.
      while (server.pendingRequests > 0 && performance.now() < deadline) await Bun.sleep(10)
      await Promise.race([stopped, Bun.sleep(100)])
      await Promise.all([server, ...retired].map((one) => one.stop(true)))
    },
  }
}

const notFound = () => new Response(null, { status: 404 })

function start<T>(host: string, port: number, serve: () => T): T {
  try {
    return serve()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE') throw new Error(`port ${port} is in use; --port 0 takes a free one`)
    if (code === 'EADDRNOTAVAIL') throw new Error(`${host} is not an address of this machine`)
    if (code === 'EACCES') throw new Error(`port ${port} may only be used by an administrator`)
    throw error
  }
}
