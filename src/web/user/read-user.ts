import { api, type User } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { start } from '../lib/start.ts'

export interface ReadUser {
  readonly user: User
}

/** Reads a person. Who isn't logged in gets what the page came with, or the author of the works. */
export async function readUser(userId: number): Promise<ReadUser> {
  if (session.peek()) return api.user({ user_id: userId, name: undefined })
  if (start.user?.id === userId) return { user: start.user }
  const { video_list: works } = await api.works({ user_id: userId, limit: 1, cursor: undefined })
  const author = works[0]?.author
  return author ? { user: author } : api.user({ user_id: userId, name: undefined })
}
