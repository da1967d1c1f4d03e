import { AppError } from '../../errors.ts'
import { type Awaitable, after } from '../../lib/awaitable.ts'
import type { RawParams } from './params.ts'

/** The user who makes a request, by a valid token. */
export interface Viewer {
  readonly id: number
}

/** Finds the viewer of a token, null if it is unknown, expired or revoked. */
export type Authenticate = (token: string) => Awaitable<Viewer | null>

/** Whether an endpoint requires a login, takes one into account, or ignores it. */
export type Access = 'required' | 'optional' | 'none'

/**
 * The viewer of a request by its `token` parameter or `Authorization: Bearer`. Where a login is
 * optional, a token that isn't valid makes an anonymous caller: an app whose session has expired
 * can still show a feed.
 * @throws AppError unauthorized
 */
export function viewerOf(
  request: Request,
  params: RawParams,
  access: Access,
  authenticate: Authenticate,
): Awaitable<Viewer | null> {
  if (access === 'none') return null
  const token = tokenOf(request, params)
  return after(token === null ? null : authenticate(token), (viewer) => {
    if (viewer === null && access === 'required') throw new AppError('unauthorized')
    return viewer
  })
}

/** The token that came with a request, not yet checked; null also if it is longer than ours are. */
export function tokenOf(request: Request, params: RawParams): string | null {
  const token = params.get('token') || bearerOf(request.headers.get('authorization'))
  return typeof token === 'string' && token.length <= 128 ? token : null
}

function bearerOf(header: string | null): string | undefined {
  return header === null ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1]
}
