import { type Change, signOf } from './change.ts'
import { createFeed, type Feed } from './feed.ts'
import { createInvalidation } from './invalidation.ts'
import { createLists, type Lists } from './lists.ts'
import type { Loaders } from './loaders.ts'
import { createMembership, type Membership } from './memberships.ts'
import { createNewestMessages, type NewestMessages } from './newest-messages.ts'
import { createRecords, type Records } from './records.ts'
import { createSessionCache, type SessionCache } from './sessions.ts'

/**
 * What a store keeps in memory, for whichever engine. One rule for all of it: the caches hear of
 * commits, never of attempts, and hear of them before anyone is answered.
 */
export interface Caches {
  readonly records: Pick<Records, 'user' | 'users' | 'clip' | 'clips'>
  readonly lists: Pick<Lists, 'page'>
  readonly feed: Pick<Feed, 'page'>
  readonly favorites: Pick<Membership, 'among'>
  readonly follows: Pick<Membership, 'among'>
  readonly newestMessages: Pick<NewestMessages, 'lastAt' | 'ofUser'>
  readonly sessions: Pick<SessionCache, 'find'>
  /** To be called after each COMMIT with what its writes changed. */
  changed(changes: readonly Change[]): void
  forgetEverything(): void
}

/**
 * Starts with nothing in memory.
 * @param hasForeignWrite whether another process has written since it was last asked
 */
export function createCaches(loaders: Loaders, hasForeignWrite: () => boolean): Caches {
  const records = createRecords(loaders)
  const lists = createLists(loaders.lists, records)
  const feed = createFeed(loaders.feed, records)
  const favorites = createMembership(loaders.members.favorites)
  const follows = createMembership(loaders.members.follows)
  const newestMessages = createNewestMessages(loaders)
  const sessions = createSessionCache(loaders.session)

  const forgetEverything = () => {
    for (const cache of [records, lists, feed, favorites, follows, newestMessages, sessions]) {
      cache.clear()
    }
  }
  const { check } = createInvalidation(hasForeignWrite, forgetEverything)

  const forgetFriends = (...userIds: readonly number[]) => {
    for (const userId of userIds) {
      lists.forget('friends', userId)
      lists.forget('mutualFriends', userId)
    }
  }
  const forgetWorks = (authorId: number) => {
    lists.forget('works', authorId)
    lists.forget('ownWorks', authorId)
  }

  const hear = (change: Change) => {
    switch (change.type) {
      case 'favorite': {
        const { userId, videoId, authorId, on } = change
        records.countVideo(videoId, { favoriteCount: signOf(change) })
        records.countUser(userId, { favoriteCount: signOf(change) })
        records.countUser(authorId, { totalFavorited: signOf(change) })
        favorites.changed(userId, videoId, on)
        return lists.forget('favorites', userId)
      }
      case 'follow': {
        const { userId, toUserId, on } = change
        records.countUser(userId, { followCount: signOf(change) })
        records.countUser(toUserId, { followerCount: signOf(change) })
        follows.changed(userId, toUserId, on)
        lists.forget('following', userId)
        lists.forget('followers', toUserId)
        return forgetFriends(userId, toUserId)
      }
      case 'comment':
        records.countVideo(change.videoId, { commentCount: signOf(change) })
        return lists.forget('comments', change.videoId)
      case 'message':
        newestMessages.added(change.message)
        return forgetFriends(change.message.fromUserId, change.message.toUserId)
      case 'published':
      case 'removed video': {
        const { type, videoId, authorId, publishedAt } = change
        records.forgetVideo(videoId)
        forgetWorks(authorId)
        lists.forget('comments', videoId)
        if (publishedAt === null) return
        records.countUser(authorId, { workCount: type === 'published' ? 1 : -1 })
        return type === 'published' ? feed.added(videoId, publishedAt) : feed.clear()
      }
      case 'user':
        return records.forgetUser(change.id)
      case 'video':
        return records.forgetVideo(change.id)
      case 'session':
        return sessions.forget(change.tokenHash)
      case 'everything':
        return forgetEverything()
    }
  }

  /** The same function, asked only after a look whether everything kept is still true. */
  const checked =
    <A extends unknown[], T>(read: (...args: A) => T) =>
    (...args: A): T => {
      check()
      return read(...args)
    }

  return {
    records: {
      user: checked(records.user),
      users: checked(records.users),
      clip: checked(records.clip),
      clips: checked(records.clips),
    },
    lists: {
      page(kind, ownerId, request) {
        check()
        return lists.page(kind, ownerId, request)
      },
    },
    feed: { page: checked(feed.page) },
    favorites: { among: checked(favorites.among) },
    follows: { among: checked(follows.among) },
    newestMessages: {
      lastAt: checked(newestMessages.lastAt),
      ofUser: checked(newestMessages.ofUser),
    },
    sessions: { find: checked(sessions.find) },
    changed(changes) {
      for (const change of changes) hear(change)
    },
    forgetEverything,
  }
}
