import { setSystemTime } from 'bun:test'
import { AppError } from '../../src/errors.ts'
import type { Awaitable } from '../../src/lib/awaitable.ts'
import type { MediaToStore } from '../../src/store/media.ts'
import type { Page, PageRequest } from '../../src/store/page.ts'
import type { Store } from '../../src/store/store.ts'
import type { User } from '../../src/store/user.ts'
import type { Clip } from '../../src/store/video.ts'

/** A store that is empty, and how to let go of it. */
export interface Opened {
  readonly store: Store
  close(): Promise<void>
}

/** Makes an empty store of the engine under test. */
export type MakeStore = () => Promise<Opened>

/** The body of a test on a fresh store, which is closed whatever happens. */
export const withStore = (make: MakeStore, body: (store: Store) => Promise<void>) => async () => {
  const opened = await make()
  try {
    await body(opened.store)
  } finally {
    setSystemTime()
    await opened.close()
  }
}

/** The code of the AppError that is thrown or that a promise is rejected with, or `done`. */
export async function outcome(asked: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof asked === 'function' ? asked() : asked)
    return 'done'
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${error}`
  }
}

/** Stops the clock, so that whatever happens happens in one and the same millisecond. */
export const stopClock = (at = Date.UTC(2026, 0, 1)): void => void setSystemTime(new Date(at))

let made = 0

export const newUser = (store: Store, name = `user-${++made}`): Promise<User> =>
  store.users.create({ name, passwordHash: 'hash' })

export const newUsers = (store: Store, count: number): Promise<User[]> =>
  Promise.all(Array.from({ length: count }, () => newUser(store)))

/** Media of bytes that nobody has uploaded before; `queued` media waits for a transcode. */
export function newMedia(queued = false): MediaToStore {
  const key = `media-${++made}`
  return {
    sourceHash: key,
    video: `videos/${key}.mp4`,
    cover: `covers/${key}.jpg`,
    source: queued ? `sources/${key}` : null,
    size: 1000,
    width: 720,
    height: 1280,
    duration: 2.5,
    codec: 'h264',
    job: queued ? { kind: 'render', seconds: 1, reason: null } : null,
  }
}

export const publish = (
  store: Store,
  authorId: number,
  media: MediaToStore | { id: number } = newMedia(),
): Promise<Clip> => store.videos.publish({ authorId, title: `title ${++made}`, media, quota: 0 })

/** What a job made. */
export const rendition = { size: 7, width: 8, height: 9, duration: 1.5 }

/** Two jobs of one author; somebody else has a work of the same bytes as the first. */
export async function twoJobs(store: Store) {
  const [author, other] = await newUsers(store, 2)
  const media = [newMedia(true), newMedia(true)] as const
  const clips = [
    await publish(store, author!.id, media[0]),
    await publish(store, author!.id, media[1]),
    await publish(store, other!.id, media[0]),
  ] as const
  return { author: author!.id, other: other!.id, media, clips }
}

export const publishMany = (store: Store, authorId: number, count: number): Promise<Clip[]> =>
  Promise.all(Array.from({ length: count }, () => publish(store, authorId)))

/** Reads a list to its end in pages of `limit`. */
export async function pages<T>(
  fetch: (page: PageRequest) => Awaitable<Page<T>>,
  limit: number,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  for (let count = 0; count < 1000; count++) {
    const page: Page<T> = await fetch({ cursor, limit })
    if (page.items.length > limit) throw new Error(`a page of ${page.items.length} for ${limit}`)
    items.push(...page.items)
    cursor = page.next
    if (cursor === null) return items
  }
  throw new Error('the list has no end')
}

/** How many messages of each peer a user has not read. */
export async function unreadOf(store: Store, userId: number): Promise<Map<number, number>> {
  const all = await pages((page) => store.messages.conversations(userId, page), 100)
  return new Map(all.filter((one) => one.unread > 0).map((one) => [one.user.id, one.unread]))
}

/** Page sizes at which a wrong comparison in a cursor shows: alone, uneven, exact, all in one. */
export const limits = [1, 3, 4, 12, 100]

/** Logs a user in, with a session that lasts. */
export const login = (store: Store, userId: number, tokenHash: string): Promise<void> =>
  store.sessions.create(
    { tokenHash, userId, createdAt: 1, lastUsedAt: 1, expiresAt: Number.MAX_SAFE_INTEGER },
    9,
  )
