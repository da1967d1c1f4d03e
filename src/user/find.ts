import { AppError } from '../errors.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { User, Users } from '../store/user.ts'

/** The user of that id. @throws AppError user_not_found */
export const findUser = (users: Users, id: number): Awaitable<User> =>
  after(users.byId(id), existing)

/** The user of that name. @throws AppError user_not_found */
export const findUserByName = (users: Users, name: string): Awaitable<User> =>
  after(users.byName(name), existing)

/**
 * The user who, or whose list, is asked for: the one of `user_id`, or the caller without it.
 * @throws AppError missing, user_not_found
 */
export function findAsked(
  users: Users,
  call: { params: { user_id?: number }; viewer: { id: number } | null },
): Awaitable<User> {
  const id = call.params.user_id ?? call.viewer?.id
  if (id === undefined) throw new AppError('missing', { field: 'user_id' })
  return findUser(users, id)
}

function existing(user: User | null): User {
  if (!user) throw new AppError('user_not_found')
  return user
}
