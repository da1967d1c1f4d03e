import { startSession } from '../../src/user/login/session.ts'
import { newMedia } from '../ports/harness.ts'
import type { TestServer } from './server.ts'

/** Users with sessions straight from the store: a crowd need not wait for its passwords. */
export async function crowd(
  { ctx }: TestServer,
  count: number,
  name = 'member',
): Promise<{ id: number; token: string }[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const { id } = await ctx.store.users.create({ name: `${name}-${at}`, passwordHash: 'none' })
      return { id, token: await startSession(ctx.store, id) }
    }),
  )
}

/** A work without files, for tests that never play it. */
export async function work({ ctx }: TestServer, authorId: number): Promise<number> {
  const work = { authorId, title: 'a work', media: newMedia(), quota: 0 }
  return (await ctx.store.videos.publish(work)).video.id
}
