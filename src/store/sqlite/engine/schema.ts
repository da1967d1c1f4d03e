import { sql } from 'drizzle-orm'
import { blob, integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'

// The tables as queries see them. What is on disk is made by migrations/*.sql, written by hand
// because generated table rebuilds lose rows; a test holds the two against each other.

const id = () => integer('id').primaryKey({ autoIncrement: true })
const count = (name: string) => integer(name).notNull().default(0)
const time = (name: string) => integer(name).notNull()

export const commits = sqliteTable('commits', {
  id: integer('id').primaryKey(),
  token: blob('token', { mode: 'buffer' }).notNull(),
  previous: blob('previous', { mode: 'buffer' }).notNull(),
})

export const users = sqliteTable('users', {
  id: id(),
  name: text('name').notNull().unique(),
  nameKey: text('name_key').notNull().default(''),
  passwordHash: text('password_hash').notNull(),
  signature: text('signature').notNull().default(''),
  createdAt: time('created_at'),
  lastSeenAt: time('last_seen_at'),
  disabledAt: integer('disabled_at'),
  removingAt: integer('removing_at'),
  avatar: text('avatar'),
  background: text('background'),
})

export const userCounts = sqliteTable('user_counts', {
  userId: integer('user_id').primaryKey(),
  followCount: count('follow_count'),
  followerCount: count('follower_count'),
  workCount: count('work_count'),
  favoriteCount: count('favorite_count'),
  totalFavorited: count('total_favorited'),
  newestNoticeId: count('newest_notice_id'),
  readNoticeId: count('read_notice_id'),
  unreadNotices: count('unread_notices'),
})

export const sessions = sqliteTable('sessions', {
  tokenHash: text('token_hash').primaryKey(),
  userId: integer('user_id').notNull(),
  createdAt: time('created_at'),
  lastUsedAt: time('last_used_at'),
  expiresAt: time('expires_at'),
})

export const invites = sqliteTable('invites', {
  id: id(),
  codeHash: text('code_hash').notNull().unique(),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
})

export const media = sqliteTable('media', {
  id: id(),
  sourceHash: text('source_hash').notNull().unique(),
  state: text('state', {
    enum: ['ready', 'queued', 'running', 'delayed', 'failed'],
  }).notNull(),
  failure: text('failure'),
  video: text('video').notNull().unique(),
  cover: text('cover').notNull().unique(),
  source: text('source').unique(),
  size: integer('size').notNull(),
  width: integer('width').notNull(),
  height: integer('height').notNull(),
  duration: real('duration').notNull(),
  codec: text('codec').notNull(),
})

export const jobs = sqliteTable('jobs', {
  mediaId: integer('media_id').primaryKey(),
  kind: text('kind', { enum: ['render', 'check', 'replace'] }).notNull(),
  authorId: integer('author_id').notNull(),
  running: count('running'),
  seconds: real('seconds').notNull(),
  createdAt: time('created_at'),
  nextAt: integer('next_at'),
  tries: count('tries'),
  reason: text('reason'),
  failedAt: integer('failed_at'),
  rank: integer('rank')
    .notNull()
    .generatedAlwaysAs(
      sql`(created_at + CAST(seconds * 100000 AS INTEGER) + (kind <> 'render') * 86400000)`,
    ),
})

export const mediaRates = sqliteTable('media_rates', {
  engine: text('engine').primaryKey(),
  workPerSecond: real('work_per_second').notNull(),
})

export const videos = sqliteTable('videos', {
  id: id(),
  authorId: integer('author_id').notNull(),
  mediaId: integer('media_id').notNull(),
  title: text('title').notNull(),
  createdAt: time('created_at'),
  publishedAt: integer('published_at').unique(),
  removingAt: integer('removing_at'),
})

export const videoCounts = sqliteTable('video_counts', {
  videoId: integer('video_id').primaryKey(),
  favoriteCount: count('favorite_count'),
  commentCount: count('comment_count'),
  playCount: count('play_count'),
})

export const favorites = sqliteTable(
  'favorites',
  {
    userId: integer('user_id').notNull(),
    videoId: integer('video_id').notNull(),
    createdAt: time('created_at'),
    noticeId: count('notice_id'),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.userId] })],
)

export const comments = sqliteTable('comments', {
  id: id(),
  videoId: integer('video_id').notNull(),
  userId: integer('user_id').notNull(),
  content: text('content').notNull(),
  createdAt: time('created_at'),
  noticeId: count('notice_id'),
})

export const follows = sqliteTable(
  'follows',
  {
    userId: integer('user_id').notNull(),
    toUserId: integer('to_user_id').notNull(),
    createdAt: time('created_at'),
    noticeId: count('notice_id'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.toUserId] })],
)

export const blocks = sqliteTable(
  'blocks',
  {
    userId: integer('user_id').notNull(),
    blockedId: integer('blocked_id').notNull(),
    createdAt: time('created_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.blockedId] })],
)

export const reports = sqliteTable(
  'reports',
  {
    id: id(),
    reporterId: integer('reporter_id').notNull(),
    kind: text('kind', { enum: ['video', 'comment', 'user'] }).notNull(),
    targetId: integer('target_id').notNull(),
    reason: text('reason').notNull(),
    createdAt: time('created_at'),
    resolvedAt: integer('resolved_at'),
  },
  (table) => [unique().on(table.reporterId, table.kind, table.targetId)],
)

export const notices = sqliteTable('notices', {
  id: id(),
  userId: integer('user_id').notNull(),
  previousId: integer('previous_id').notNull(),
  kind: integer('kind').notNull(),
  actorId: integer('actor_id').notNull(),
  objectId: integer('object_id').notNull(),
  commentId: integer('comment_id').notNull(),
  createdAt: time('created_at'),
})

export const messages = sqliteTable('messages', {
  id: id(),
  fromUserId: integer('from_user_id').notNull(),
  toUserId: integer('to_user_id').notNull(),
  low: integer('low').notNull().generatedAlwaysAs(sql`(min(from_user_id, to_user_id))`),
  high: integer('high').notNull().generatedAlwaysAs(sql`(max(from_user_id, to_user_id))`),
  content: text('content').notNull(),
  createdAt: time('created_at'),
  clientId: text('client_id'),
})

export const conversations = sqliteTable(
  'conversations',
  {
    low: integer('low').notNull(),
    high: integer('high').notNull(),
    lastMessageId: integer('last_message_id').notNull(),
    lastCreatedAt: time('last_created_at'),
    lowReadId: count('low_read_id'),
    lowUnread: count('low_unread'),
    highReadId: count('high_read_id'),
    highUnread: count('high_unread'),
  },
  (table) => [primaryKey({ columns: [table.low, table.high] })],
)
