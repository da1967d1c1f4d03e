/** Where each screen is; `server/addresses.ts` has the same for the server, and a test holds them together. */
export const patterns = {
  feed: '/',
  following: '/following',
  video: '/video/:id',
  profile: '/user/:id',
  userList: '/user/:id/:list',
  userVideo: '/user/:id/:list/:video',
  search: '/search',
  foundVideo: '/search/:video',
  post: '/post',
  notices: '/notices',
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

/** The screen of a path, null if there is none. */
export function match(path: string): Match | null {
  const parts = path.replace(/(.)\/$/, '$1').split('/')
  for (const [name, pattern] of Object.entries(patterns)) {
    const params: Record<string, string> = {}
    const keys = pattern.split('/')
    const fits = keys.every((key, at) => {
      const part = parts[at]
      if (!part || !key.startsWith(':')) return key === part
      params[key.slice(1)] = part
      return true
    })
    if (fits && keys.length === parts.length) return { name: name as ScreenName, params }
  }
  return null
}
