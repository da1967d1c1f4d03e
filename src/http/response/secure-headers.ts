/**
 * On every answer, whatever it is: a browser takes it for what it says it is, runs nothing in it,
 * shows it in no frame, and tells no other site the address, which may hold a token.
 */
export const secureHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const
