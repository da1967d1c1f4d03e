import type { Static, TObject } from '@sinclair/typebox'
import type { Config } from '../../config.ts'
import type { Language } from '../../errors.ts'
import { type Awaitable, after } from '../../lib/awaitable.ts'
import { operation } from '../docs/operation.ts'
import { accept, blankOf, refuse } from '../response/envelope.ts'
import { type Log, logFailure } from '../server/log.ts'
import { type Access, type Authenticate, type Viewer, viewerOf } from './auth.ts'
import { gatherParams } from './body.ts'
import type { Contract } from './contract.ts'
import { originOf, type Server } from './forwarded.ts'
import { languageOf } from './language.ts'
import type { Limits } from './limits.ts'
import { paramsReader } from './params.ts'

/** What every endpoint works with, whatever it does. */
export interface EndpointContext {
  readonly config: Config
  readonly log: Log
  readonly authenticate: Authenticate
  readonly limits: Limits
}

type Viewed<W extends Access> = W extends 'required'
  ? Viewer
  : W extends 'optional'
    ? Viewer | null
    : null

/** A request as the endpoint's own code sees it. */
export interface Call<P extends TObject = TObject, W extends Access = Access> {
  readonly params: Static<P>
  readonly viewer: Viewed<W>
  /** What absolute URLs of the answer start with. */
  readonly origin: string
  readonly language: Language
  readonly request: Request
  readonly server: Server | null
}

type Answered<A extends TObject> = Awaitable<Static<A> | Response>

/** What stands behind a route that `endpoint` made: it answers whatever happens. */
export type EndpointHandler = (given: {
  readonly request: Request
  readonly server: Server | null
}) => Awaitable<Response>

const handlers = new WeakSet<object>()

/** Whether the handler of a route is one that `endpoint` made. */
export const isEndpoint = (handler: unknown): handler is EndpointHandler =>
  typeof handler === 'function' && handlers.has(handler)

/**
 * Makes the handler and the hooks of a route from its contract: gathers and checks parameters, finds
 * the viewer, and wraps the answer, or whatever is thrown, into the envelope. `handle` may answer a
 * Response of its own where a list is too long to be held.
 */
export function endpoint<P extends TObject, A extends TObject, W extends Access>(
  ctx: EndpointContext,
  declared: Contract<P, A, W>,
  handle: (call: Call<P, W>) => Answered<A>,
) {
  const read = paramsReader(declared.params)
  return rawEndpoint(ctx, declared, (request, server) =>
    after(gatherParams(request), (raw) =>
      after(viewerOf(request, raw, declared.access, ctx.authenticate), (viewer) => {
        ctx.limits.take(declared.group ?? 'read', viewer, request, server)
        return handle(callOf(ctx, request, server, viewer as Viewed<W>, read(raw)))
      }),
    ),
  )
}

/** Like `endpoint`, for a route that reads the body of its request itself. */
export function rawEndpoint<A extends TObject>(
  ctx: EndpointContext,
  declared: Contract<TObject, A>,
  handle: (request: Request, server: Server | null) => Answered<A>,
  hooks: object = operation(declared),
) {
  const blank = blankOf(declared.response) as object
  const answered = (request: Request, given: object) =>
    given instanceof Response ? given : accept(given, languageOf(request))
  const refused = (request: Request, error: unknown) => {
    const id = logFailure(ctx.log, request, error)
    return refuse(error, languageOf(request), blank, id)
  }
  const handler: EndpointHandler = ({ request, server }) => {
    try {
      const given = handle(request, server)
      if (!(given instanceof Promise)) return answered(request, given)
      return given.then(
        (value) => answered(request, value),
        (error) => refused(request, error),
      )
    } catch (error) {
      return refused(request, error)
    }
  }
  handlers.add(handler)
  return [handler, hooks] as const
}

/** What a write answers whose envelope says all. */
export const done = () => ({})

/** Puts together what the endpoint's own code is given. */
export function callOf<P extends TObject, W extends Access>(
  ctx: EndpointContext,
  request: Request,
  server: Server | null,
  viewer: Viewed<W>,
  params: Static<P>,
): Call<P, W> {
  return {
    params,
    viewer,
    request,
    server,
    origin: originOf(request, server, ctx.config),
    language: languageOf(request),
  }
}
