import { Elysia } from 'elysia'
import { secureHeaders } from '../response/secure-headers.ts'

const headers = {
  ...secureHeaders,
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, HEAD, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, range',
  'access-control-expose-headers': 'content-range, etag, retry-after',
  'access-control-max-age': '86400',
}

/**
 * CORS: any page may call the API, because nothing that a browser sends by itself is a
 * credential here. `Access-Control-Allow-Credentials` is therefore never sent.
 */
export const corsRoutes = () =>
  new Elysia({ name: 'cors' }).options('/*', () => new Response(null, { status: 204, headers }), {
    detail: { hide: true },
  })
