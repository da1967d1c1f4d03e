import { type TObject, Type as t } from '@sinclair/typebox'
import type { Bilingual } from '../../errors.ts'

/**
 * What becomes of a token: it is needed, it counts where there is one, or it is ignored. `lenient` is
 * `optional` where one that isn't valid makes an anonymous caller.
 */
export type Access = 'required' | 'optional' | 'lenient' | 'none'

/** Which limit the requests of a route count against; `own`: the feature has a limit of its own. */
export type Group = 'read' | 'write' | 'own'

/** What an endpoint takes and returns; validation, types and Swagger all come from here. */
export interface Contract<
  P extends TObject = TObject,
  R extends TObject = TObject,
  W extends Access = Access,
  U extends TObject = TObject,
> {
  readonly tag: string
  readonly summary: Bilingual
  readonly description?: Bilingual
  /** A body to try it out with, where its required parameters alone don't make sense. */
  readonly example?: object
  /** Whether one of its parameters or files is needed, all of which are optional. */
  readonly needsOne?: boolean
  /** Whether clients should use something else. */
  readonly deprecated?: boolean
  readonly access: W
  /** What its requests count as where a caller may do only so much; reading unless given. */
  readonly group?: Group
  /** The parameters in the path of its route, such as `id` of `/douyin/video/:id`. */
  readonly path: U
  /** All other parameters, `token` aside: `access` says what becomes of that. */
  readonly params: P
  /** The fields beside `status_code` and `status_msg`, all of them present in a failure too. */
  readonly response: R
}

/** Whether its requests only read: they are GET, and nearly all of them are served from memory. */
export const isRead = ({ group = 'read' }: Pick<Contract, 'group'>): boolean => group === 'read'

type Nothing = TObject<Record<never, never>>

/** Declares a contract; there are no parameters and no fields of the response unless given. */
export function contract<
  W extends Access,
  P extends TObject = Nothing,
  R extends TObject = Nothing,
  U extends TObject = Nothing,
>(
  given: Omit<Contract<P, R, W, U>, 'params' | 'response' | 'path'> & {
    path?: U
    params?: P
    response?: R
  },
): Contract<P, R, W, U> {
  const nothing = t.Object({})
  return { path: nothing as U, params: nothing as P, response: nothing as R, ...given }
}
