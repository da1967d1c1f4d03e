import { type TObject, Type as t } from '@sinclair/typebox'
import type { Access } from './auth.ts'
import type { Group } from './limits.ts'

/** What an endpoint takes and returns; validation, types and Swagger all come from here. */
export interface Contract<
  P extends TObject = TObject,
  A extends TObject = TObject,
  W extends Access = Access,
> {
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly access: W
  /** What its requests count as where a caller may do only so much; reading unless given. */
  readonly group?: Group
  /** The parameters, `token` aside: `access` says what becomes of that. */
  readonly params: P
  /** The fields beside `status_code` and `status_msg`, all of them present in a failure too. */
  readonly response: A
}

/** Declares a contract; parameters and response fields are none unless given. */
export function contract<
  W extends Access,
  P extends TObject = TObject<Record<never, never>>,
  A extends TObject = TObject<Record<never, never>>,
>(
  given: Omit<Contract<P, A, W>, 'params' | 'response'> & { params?: P; response?: A },
): Contract<P, A, W> {
  return { params: t.Object({}) as P, response: t.Object({}) as A, ...given }
}
