/**
 * On every response: a browser believes its content type, runs nothing in it, shows it in no frame,
 * and sends its address, which may hold a token, to no other site.
 */
export const secureHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const

/**
 * On what any page may read, since no cookie ever stands for a caller. A page sees no headers but the
 * plainest unless they are named on the response itself.
 */
export const openHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'accept-ranges, content-encoding, content-length, content-range, date, etag, retry-after, x-request-id',
} as const
