/**
 * On every response: a browser believes its content type, runs nothing in it, shows it in no frame,
 * and sends its address, which may hold a token, to no other site.
 */
export const secureHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const
