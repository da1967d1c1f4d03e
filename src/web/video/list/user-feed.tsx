import { words } from '../../lib/language.ts'
import { ListFeed } from './list-feed.tsx'
import { userSource } from './user-source.ts'

interface UserFeedProps {
  readonly userId: number
  readonly kind: 'works' | 'liked'
  readonly videoId: number
}

/** The works of a user or what the user likes, beginning with one of them. */
export const UserFeed = ({ userId, kind, videoId }: UserFeedProps) => (
  <ListFeed title={words.value[kind]} source={userSource(userId, kind)} videoId={videoId} />
)
