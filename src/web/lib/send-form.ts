import { language } from './language.ts'
import { readEnvelope, unreachable } from './request.ts'
import { session } from './session.ts'

/** A form with files on its way. */
export interface Sending {
  /** The fields of the response. Rejected with a RequestError, or an AbortError after `abort`. */
  readonly response: Promise<unknown>
  abort(): void
}

/**
 * Sends a form to the API. @param sent hears how much of it is there, 0 to 1; at 1 the server works
 */
export function sendForm(path: string, body: FormData, sent: (share: number) => void): Sending {
  const token = session.peek()?.token
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  // `fetch` doesn't tell how far an upload is.
  const request = new XMLHttpRequest()
  request.open('POST', `/douyin/${path}`)
  request.setRequestHeader('accept-language', language.peek())
  if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    // Before the last byte is there it isn't 1.
    sent(total > 0 ? Math.min(0.999, loaded / total) : 0)
  })
  request.upload.addEventListener('load', () => sent(1))
  request.addEventListener('load', () => {
    try {
      resolve(readEnvelope(request.status, request.responseText, token))
    } catch (error) {
      reject(error)
    }
  })
  request.addEventListener('error', () => reject(unreachable()))
  request.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
  request.send(body)
  return { response: promise, abort: () => request.abort() }
}
