import type { Pictures, Users } from '../store/user.ts'

/** Rows that are held in memory at once. */
const batchSize = 500

/** Every user with pictures of their own, by id, a batch at a time. */
export async function* allPictures({
  users,
}: {
  users: Users
}): AsyncGenerator<Pictures & { id: number }> {
  for (let afterId = 0; ; ) {
    const rows = await users.picturesAfter(afterId, batchSize)
    yield* rows
    const last = rows.at(-1)
    if (!last) return
    afterId = last.id
  }
}
