import { Elysia } from 'elysia'
import { type Kept, keep, respondKept } from '../response/kept.ts'
import { openHeaders, secureHeaders } from '../response/secure-headers.ts'

/** What search engines ask for by themselves: `robots.txt`. */
export function frontRoutes() {
  let kept: Kept | null = null
  return new Elysia({ name: 'front' }).get(
    '/robots.txt',
    ({ request }) => {
      kept ??= keep(Buffer.from(robots), headers)
      return respondKept(request, kept)
    },
    { detail: { hide: true } },
  )
}

const headers = {
  ...secureHeaders,
  ...openHeaders,
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'public, max-age=86400',
}

/**
 * An API has nothing to be found by a search engine, and people's videos are theirs to show. What a
 * link's preview needs may be read: the pages themselves ask not to be listed.
 */
const robots = `User-agent: *
Allow: /video/
Allow: /user/
Allow: /covers/
Allow: /pictures/
Allow: /avatars/
Disallow: /
`
