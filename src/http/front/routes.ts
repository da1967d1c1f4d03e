import { Elysia } from 'elysia'
import { type Kept, keep, respondKept } from '../response/kept.ts'
import { openHeaders, secureHeaders } from '../response/secure-headers.ts'
import { icon } from './icon.ts'

/** What browsers and search engines ask for by themselves: the icon, `robots.txt`. */
export const frontRoutes = () =>
  new Elysia({ name: 'front' })
    .get(
      '/favicon.ico',
      kept(() => keep(icon(), { ...dayLong, 'content-type': 'image/x-icon' })),
      hidden,
    )
    .get(
      '/robots.txt',
      kept(() => keep(Buffer.from(robots), { ...dayLong, 'content-type': plain })),
      hidden,
    )

const hidden = { detail: { hide: true } }
const plain = 'text/plain; charset=utf-8'
const dayLong = { ...secureHeaders, ...openHeaders, 'cache-control': 'public, max-age=86400' }

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

function kept(make: () => Kept) {
  let one: Kept | null = null
  return ({ request }: { request: Request }) => {
    one ??= make()
    return respondKept(request, one)
  }
}
