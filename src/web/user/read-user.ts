import { api, type User } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { signal } from '../lib/signals.ts'
import { start } from '../lib/start.ts'

/** Grows with each change of one's own profile, which is then read again. */
export const edits = signal(0)

/** Reads a person. What the page came with is as nobody in particular sees it. */
export async function readUser(userId: number): Promise<User> {
  if (!session.peek() && start.user?.id === userId) return start.user
  return (await api.user({ user_id: userId, name: undefined })).user
}
