/** The size of a world. */
export interface WorldSize {
  readonly users: number
  readonly videos: number
  readonly likes: number
  readonly comments: number
  readonly follows: number
  readonly messages: number
  /** How many different clips the videos show. */
  readonly clips: number
}

/** Completes a size in the proportions of a small town, within what there can be. */
export function completeSize(given: Partial<WorldSize>): WorldSize {
  const { users = 20, videos = 60, clips = 12 } = given
  const likes = given.likes ?? videos * Math.min(20, users * 0.3)
  const follows = given.follows ?? users * Math.min(50, (users - 1) * 0.3)
  const comments = given.comments ?? videos * 3
  const messages = given.messages ?? users * 20
  return {
    users,
    videos: users === 0 ? 0 : videos,
    likes: Math.min(Math.round(likes), users * videos),
    comments: users * videos === 0 ? 0 : comments,
    follows: Math.min(Math.round(follows), users * Math.max(0, users - 1)),
    messages: users < 2 ? 0 : messages,
    clips: Math.min(clips, videos),
  }
}
