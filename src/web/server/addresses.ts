/**
 * Every address of the client, in the router's own words; the client has a screen for each of them.
 * They are listed, so that whatever else is asked for stays a plain 404.
 */
export const addresses = [
  '/',
  '/following',
  '/video/:id',
  '/user/:id',
  '/user/:id/:list',
  '/user/:id/:list/:video',
  '/search',
  '/search/:video',
  '/post',
  '/notices',
  '/messages',
  '/messages/:id',
  '/me',
  '/settings',
] as const

export type Address = (typeof addresses)[number]
