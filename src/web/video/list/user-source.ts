import { api } from '../../lib/api.ts'
import { keep } from '../../lib/paged.ts'
import type { Source } from '../source.ts'
import { listSource } from './list-source.ts'

/** The works of a user, or what the user likes. */
export function userSource(userId: number, kind: 'works' | 'liked'): Source {
  return keep(`user/${userId}/${kind}`, () =>
    listSource(
      (cursor) =>
        (kind === 'works' ? api.works : api.liked)({ user_id: userId, cursor, limit: 30 }),
      ({ id }) => `/user/${userId}/${kind}/${id}`,
    ),
  )
}
