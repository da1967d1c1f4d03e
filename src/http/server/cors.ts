import { Elysia } from 'elysia'
import { openHeaders, secureHeaders } from '../response/secure-headers.ts'

const headers = {
  ...secureHeaders,
  ...openHeaders,
  'access-control-allow-methods': 'GET, POST, HEAD, OPTIONS',
  'access-control-max-age': '86400',
  vary: 'access-control-request-headers',
}

/** Every header, and the one that the star doesn't stand for. */
const anyHeader = '*, authorization'

/** Names of headers, as a browser lists those that a page wants to send. */
const names = /^[\w!#$%&'*+.^`|~-]{1,100}(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]{1,100}){0,99}$/

/**
 * CORS: any page may call the API with whatever headers, because nothing that a browser sends by
 * itself is a credential here. `Access-Control-Allow-Credentials` is therefore never sent. Asked
 * headers are named again for browsers that don't know the star.
 */
export const corsRoutes = () =>
  new Elysia({ name: 'cors' }).options(
    '/*',
    ({ request }) => {
      const asked = request.headers.get('access-control-request-headers') ?? ''
      const allowed = names.test(asked) ? asked : anyHeader
      return new Response(null, {
        status: 204,
        headers: { ...headers, 'access-control-allow-headers': allowed },
      })
    },
    { detail: { hide: true } },
  )
