import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MediaToStore, NewJob } from '../../src/store/media.ts'
import { startSession } from '../../src/user/login/session.ts'
import { newMedia } from '../ports/harness.ts'
import type { TestServer } from './server.ts'

/** Of a password that nobody has. */
const passwordHash = Bun.password.hashSync(crypto.randomUUID(), {
  ...{ algorithm: 'argon2id', memoryCost: 8, timeCost: 1 },
})

/** Creates users with a session each, straight in the store, which hashes no password. */
export async function storedUsers(
  { ctx }: TestServer,
  count: number,
  name = 'member',
): Promise<{ id: number; token: string }[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const { id } = await ctx.store.users.create({ name: `${name}-${at}`, passwordHash })
      return { id, token: await startSession(ctx.store, id) }
    }),
  )
}

/** Publishes a video without files, for tests that never play it; returns its id. */
export async function storedVideo({ ctx }: TestServer, authorId: number): Promise<number> {
  const video = { authorId, title: 'a video', media: newMedia(), quota: 0 }
  return (await ctx.store.videos.publish(video)).video.id
}

/** Publishes a video that waits for its rendition, with the files that it has until then. */
export async function storedUpload(
  { ctx }: TestServer,
  authorId: number,
  {
    title,
    bytes = title,
    ...rest
  }: Partial<NewJob> & { title: string; bytes?: string | Uint8Array },
): Promise<MediaToStore & { readonly source: string; readonly videoId: number }> {
  const made = newMedia(true)
  const source = made.source as string
  writeFileSync(join(ctx.config.data, source), bytes)
  writeFileSync(join(ctx.config.data, made.cover), 'a cover')
  const media = {
    ...{ ...made, source, size: Buffer.byteLength(bytes) },
    sourceHash: new Bun.CryptoHasher('sha256').update(bytes).digest('hex'),
    job: { kind: 'render', seconds: 1, reason: null, ...rest } as const,
  }
  const { video } = await ctx.store.videos.publish({ authorId, title, media, quota: 0 })
  return { ...media, videoId: video.id }
}
