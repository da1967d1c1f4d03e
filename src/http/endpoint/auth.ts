import { AppError } from '../../errors.ts'
import { type Awaitable, after } from '../../lib/awaitable.ts'
import type { Access } from './contract.ts'
import type { RawParams } from './params.ts'

/** The user who makes a request, by a valid token. */
export interface Viewer {
  readonly id: number
  /** Which session it is: the hash of the token. */
  readonly session: string
}

/** Finds the viewer of a token, null if it is unknown, expired or revoked. */
export type Authenticate = (token: string) => Awaitable<Viewer | null>

/**
 * The viewer of a request by its `token` parameter or `Authorization: Bearer`. A token that is there
 * and not valid is refused also where none is needed: a list without one's own marks looks as if
 * likes and follows were gone.
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
    const isRefused = token !== null && access === 'optional'
    if (viewer === null && (isRefused || access === 'required')) throw new AppError('unauthorized')
    return viewer
  })
}

/** The token that came with a request, not yet checked; one that can't be any of ours is `noToken`. */
export function tokenOf(request: Request, params: RawParams): string | null {
  const token = params.get('token') ?? ''
  if (token === '') return bearerOf(request.headers.get('authorization'))
  return typeof token === 'string' && token.length <= maxTokenLength ? token : noToken
}

const maxTokenLength = 128

/** Stands for what came in the place of a token: ours have no space in them. */
const noToken = ' '

/** Other schemes are somebody else's business, such as that of a proxy with a password. */
function bearerOf(header: string | null): string | null {
  const match = header === null ? null : /^Bearer(?: +(.*))?$/i.exec(header)
  const token = match?.[1]?.trim() ?? ''
  if (token === '') return null
  return token.length <= maxTokenLength && !/\s/.test(token) ? token : noToken
}
