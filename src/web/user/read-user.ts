import { api, type User } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { start } from '../lib/start.ts'

export interface ReadUser {
  readonly user: User
}

/** Reads a person. What the page came with is as nobody in particular sees it. */
export async function readUser(userId: number): Promise<ReadUser> {
  if (!session.peek() && start.user?.id === userId) return { user: start.user }
  return api.user({ user_id: userId, name: undefined })
}
