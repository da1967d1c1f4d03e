import { AppError } from '../errors.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'

/**
 * Whose list is asked for: the user of `user_id`, or oneself without it.
 * @throws AppError missing, user_not_found
 */
export function subjectOf(
  store: Store,
  call: { params: { user_id?: number }; viewer: { id: number } | null },
): Awaitable<number> {
  const userId = call.params.user_id ?? call.viewer?.id
  if (userId === undefined) throw new AppError('missing', { field: 'user_id' })
  return after(store.users.byId(userId), (user) => {
    if (!user) throw new AppError('user_not_found')
    return userId
  })
}
