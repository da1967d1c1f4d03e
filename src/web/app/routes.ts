import { parse } from 'regexparam'

/** Where each screen is; `server/addresses.ts` has the same for the server, and a test holds them together. */
export const patterns = {
  feed: '/',
  following: '/following',
  video: '/video/:id',
  profile: '/user/:id',
  userList: '/user/:id/:list',
  userVideo: '/user/:id/:list/:video',
  post: '/post',
  messages: '/messages',
  chat: '/messages/:id',
  me: '/me',
  settings: '/settings',
} as const

export type ScreenName = keyof typeof patterns

/** A screen with what its address says. */
export interface Match {
  readonly name: ScreenName
  readonly params: Readonly<Record<string, string>>
}

const parsed = Object.entries(patterns).map(([name, pattern]) => ({
  name: name as ScreenName,
  ...parse(pattern),
}))

/** The screen of a path, null if there is none. */
export function match(path: string): Match | null {
  for (const { name, keys, pattern } of parsed) {
    const found = pattern.exec(path)
    if (!found) continue
    const params = Object.fromEntries(keys.map((key, at) => [key, found[at + 1] ?? '']))
    return { name, params }
  }
  return null
}
