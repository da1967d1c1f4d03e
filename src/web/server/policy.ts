import { secureHeaders } from '../../http/response/secure-headers.ts'

/**
 * The headers of the page. Scripts are our own files, and no text becomes markup or script (Trusted
 * Types): that is what a token in the page's storage needs. The one policy is for the address of the
 * service worker. There is no `cross-origin-opener-policy`: a browser would begin a process anew for
 * the page, which takes as long as the first frame of the video, and no other window is listened to.
 * @param mediaOrigin where videos and pictures come from if it isn't the page's own origin
 */
export function pageHeaders(mediaOrigin: string | null) {
  const media = mediaOrigin === null ? '' : ` ${mediaOrigin}`
  return {
    ...secureHeaders,
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' data: blob:${media}`,
      `media-src 'self' blob:${media}`,
      "connect-src 'self'",
      "manifest-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types worker',
    ].join('; '),
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  }
}
