import { language, words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { RequestError, readEnvelope } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { type Signal, signal } from '../lib/signals.ts'

export type UploadState = 'chosen' | 'waiting' | 'uploading' | 'processing' | 'done' | 'failed'

/** A video on its way. It goes on while one looks at other screens. */
export interface Upload {
  readonly id: number
  readonly file: File
  /** For the preview; let go of when the upload is removed. */
  readonly preview: string
  readonly title: Signal<string>
  readonly state: Signal<UploadState>
  /** 0 to 1. */
  readonly share: Signal<number>
  readonly problem: Signal<string>
}

export const uploads = signal<readonly Upload[]>([])

const requests = new Map<number, XMLHttpRequest>()
let lastId = 0

/** Takes files that were chosen, dropped or shared. */
export function addFiles(files: Iterable<File>, title = ''): void {
  const added = [...files].map((file) => ({
    id: ++lastId,
    file,
    preview: URL.createObjectURL(file),
    title: signal(title || file.name.replace(/\.\w+$/, '').slice(0, 255)),
    state: signal<UploadState>('chosen'),
    share: signal(0),
    problem: signal(''),
  }))
  uploads.value = [...uploads.peek(), ...added]
}

/** Sends one, after those before it: they would only share the line. */
export function begin(upload: Upload): void {
  upload.problem.value = ''
  upload.share.value = 0
  upload.state.value = 'waiting'
  next()
}

function next(): void {
  if (requests.size > 0) return
  const waiting = uploads.peek().find(({ state }) => state.peek() === 'waiting')
  if (waiting) send(waiting)
}

function send(upload: Upload): void {
  const token = session.peek()?.token
  const body = new FormData()
  body.set('title', upload.title.peek().trim())
  body.set('data', upload.file, upload.file.name)
  // `fetch` doesn't tell how far an upload is.
  const request = new XMLHttpRequest()
  requests.set(upload.id, request)
  request.open('POST', '/douyin/publish/action/')
  request.setRequestHeader('accept-language', language.peek())
  if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    upload.share.value = total > 0 ? loaded / total : 0
  })
  request.upload.addEventListener('load', () => {
    upload.state.value = 'processing'
  })
  const fail = (sentence: string) => {
    upload.problem.value = sentence
    upload.state.value = 'failed'
  }
  request.addEventListener('load', () => {
    try {
      readEnvelope(request.status, request.responseText, token)
      upload.state.value = 'done'
      forget(`user/${session.peek()?.userId}/works`)
      forget('feed')
    } catch (error) {
      fail(error instanceof RequestError ? error.message : words.value.failed)
    }
  })
  request.addEventListener('error', () =>
    fail(navigator.onLine ? words.value.failed : words.value.offline),
  )
  request.addEventListener('abort', () => fail(words.value.uploadCancelled))
  request.addEventListener('loadend', () => {
    requests.delete(upload.id)
    next()
  })
  upload.state.value = 'uploading'
  request.send(body)
}

/** Stops one; it can be tried again. */
export function cancel(upload: Upload): void {
  const request = requests.get(upload.id)
  if (request) request.abort()
  else upload.state.value = 'chosen'
}

/** Takes one out of the list. */
export function remove(upload: Upload): void {
  requests.get(upload.id)?.abort()
  URL.revokeObjectURL(upload.preview)
  uploads.value = uploads.peek().filter((one) => one !== upload)
}

// Whoever leaves the page now would stop what is on its way.
addEventListener('beforeunload', (event) => {
  const busy = uploads.peek().some(({ state }) => ['waiting', 'uploading'].includes(state.peek()))
  if (busy) event.preventDefault()
})
