import { type Change, signOf } from './change.ts'
import { createEnded } from './ended.ts'
import { createFeed } from './feed.ts'
import { createKeyedCache } from './keyed-cache.ts'
import { createLists } from './lists.ts'
import type { Loaders } from './loaders.ts'
import { createMembership } from './memberships.ts'
import { createRecords } from './records.ts'

/** Sessions kept in memory, 0.3 KB each; conversations, 0.2 KB; users with their newest message, 0.1 KB. */
const maxSessions = 10_000
const maxConversations = 50_000
const maxUsersOfMessages = 20_000

/** Hashes of ended sessions kept in memory, 0.1 KB each. */
const maxEnded = 4_000

export type Caches = ReturnType<typeof createCaches>

/**
 * What a store keeps in memory, for whichever engine. One rule for all of it: the caches hear of
 * commits, never of attempts, and hear of them before anyone is answered.
 * @param hasForeignWrite whether another process has written since it was last asked; if it throws, one
 * may have
 */
export function createCaches(loaders: Loaders, hasForeignWrite: () => boolean) {
  const records = createRecords(loaders)
  const lists = createLists(loaders.lists, records, () => check())
  const feed = createFeed(lists.feed, lists.clear)
  const favorites = createMembership(loaders.members.favorites)
  const follows = createMembership(loaders.members.follows)
  const blocks = createMembership(loaders.members.blocks)
  // A token that is none is not remembered: there are endlessly many.
  const sessions = createKeyedCache(maxSessions, loaders.session)
  const lastMessageAt = createKeyedCache(maxConversations, (pair: string) => {
    const [low = 0, high = 0] = pair.split(' ').map(Number)
    return loaders.lastMessageAt(low, high)
  })
  const newestMessageOf = createKeyedCache(maxUsersOfMessages, loaders.newestMessageOf)

  const all = [records, lists, favorites, follows, blocks, sessions, lastMessageAt, newestMessageOf]
  const ended = createEnded(maxEnded)
  const forgetEverything = () => {
    ended.addAll()
    for (const cache of all) cache.clear()
  }

  /** A disk that can't say so must not keep a commit of ours from being heard of. */
  const isOutOfDate = (): boolean => {
    try {
      return hasForeignWrite()
    } catch {
      return true
    }
  }

  // Once in a turn of the event loop: a request that comes after somebody else's commit is handled
  // in a later turn.
  let isChecked = false
  const check = () => {
    if (isChecked) return
    isChecked = true
    setImmediate(() => {
      isChecked = false
    })
    if (isOutOfDate()) forgetEverything()
  }

  const forgetFriends = (...userIds: readonly number[]) => {
    for (const userId of userIds) {
      lists.friends.forget(userId)
      lists.mutualFriends.forget(userId)
    }
  }

  const hear = (change: Change) => {
    switch (change.type) {
      case 'favorite': {
        const { userId, videoId, authorId, on } = change
        records.countVideo(videoId, { favoriteCount: signOf(change) })
        records.countUser(userId, { favoriteCount: signOf(change) })
        records.countUser(authorId, { totalFavorited: signOf(change) })
        favorites.changed(userId, videoId, on)
        return lists.favorites.forget(userId)
      }
      case 'follow': {
        const { userId, toUserId, on } = change
        records.countUser(userId, { followCount: signOf(change) })
        records.countUser(toUserId, { followerCount: signOf(change) })
        follows.changed(userId, toUserId, on)
        lists.following.forget(userId)
        lists.followers.forget(toUserId)
        return forgetFriends(userId, toUserId)
      }
      case 'block':
        return blocks.changed(change.userId, change.blockedId, change.on)
      case 'comment':
        records.countVideo(change.videoId, { commentCount: signOf(change) })
        return lists.comments.forget(change.videoId)
      case 'message': {
        const { id, fromUserId, toUserId, createdAt } = change.message
        const { previous } = change
        previous.ofSender = newestMessageOf.known(fromUserId) ?? previous.ofSender
        previous.ofReceiver = newestMessageOf.known(toUserId) ?? previous.ofReceiver
        lastMessageAt.set(pairKey(fromUserId, toUserId), createdAt)
        newestMessageOf.set(fromUserId, id)
        newestMessageOf.set(toUserId, id)
        return forgetFriends(fromUserId, toUserId)
      }
      case 'published':
      case 'removed video': {
        const { type, videoId, authorId, publishedAt } = change
        records.forgetVideo(videoId)
        lists.works.forget(authorId)
        lists.ownWorks.forget(authorId)
        lists.comments.forget(videoId)
        if (publishedAt === null) return
        records.countUser(authorId, { workCount: type === 'published' ? 1 : -1 })
        return type === 'published' ? feed.added(publishedAt) : lists.clear()
      }
      case 'viewed':
        return records.countVideo(change.videoId, { playCount: change.times })
      case 'user':
        return records.forgetUser(change.id)
      case 'video':
        return records.forgetVideo(change.id)
      case 'session':
        if (change.hasEnded) ended.add(change.tokenHash)
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
      video: checked(records.video),
      clip: checked(records.clip),
      clips: checked(records.clips),
    },
    lists,
    feed: { page: feed.page },
    favorites: { among: checked(favorites.among) },
    follows: { among: checked(follows.among) },
    blocks: { among: checked(blocks.among) },
    sessions: { get: checked(sessions.get), endedSince: checked(ended.since) },
    newestMessages: {
      /** The time of the newest message between two users, whoever wrote it; 0 if there is none. */
      lastAt: checked((userId: number, otherId: number) =>
        lastMessageAt.get(pairKey(userId, otherId)),
      ),
      /** The newest message that a user sent or received; 0 if there is none. */
      ofUser: checked(newestMessageOf.get),
    },
    /** To be called after each COMMIT with what its writes changed. */
    changed(changes: readonly Change[]) {
      if (isOutOfDate()) forgetEverything()
      for (const change of changes) hear(change)
    },
    forgetEverything,
  }
}

/** Two people, whoever is named first. */
const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
