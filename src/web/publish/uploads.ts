import { words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { sentenceOf } from '../lib/request.ts'
import { type Sending, sendForm } from '../lib/send-form.ts'
import { session } from '../lib/session.ts'
import { effect, type Signal, signal } from '../lib/signals.ts'

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

const running = new Map<number, Sending>()
let lastId = 0

/** The longest title. */
export const maxTitle = 255

/** Takes files that were chosen, dropped or shared. */
export function addFiles(files: Iterable<File>, title = ''): void {
  const added = [...files].map((file) => ({
    id: ++lastId,
    file,
    preview: URL.createObjectURL(file),
    title: signal(title || file.name.replace(/\.\w+$/, '').slice(0, maxTitle)),
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
  if (running.size > 0) return
  const waiting = uploads.peek().find(({ state }) => state.peek() === 'waiting')
  if (waiting) void send(waiting)
}

async function send(upload: Upload): Promise<void> {
  const body = new FormData()
  body.set('title', upload.title.peek().trim())
  body.set('data', upload.file, upload.file.name)
  upload.state.value = 'uploading'
  const sending = sendForm('publish/action/', body, (share) => {
    upload.share.value = share
    if (share === 1) upload.state.value = 'processing'
  })
  running.set(upload.id, sending)
  try {
    await sending.response
    upload.state.value = 'done'
    forget(`user/${session.peek()?.userId}/works`)
    forget('feed/')
  } catch (error) {
    const isCancelled = error instanceof DOMException
    upload.problem.value = isCancelled ? words.value.uploadCancelled : sentenceOf(error)
    upload.state.value = 'failed'
  }
  running.delete(upload.id)
  next()
}

/** Stops one; it can be tried again. */
export function cancel(upload: Upload): void {
  const sending = running.get(upload.id)
  if (sending) sending.abort()
  else upload.state.value = 'chosen'
}

/** Takes one out of the list. */
export function remove(upload: Upload): void {
  running.get(upload.id)?.abort()
  URL.revokeObjectURL(upload.preview)
  uploads.value = uploads.peek().filter((one) => one !== upload)
}

// What one person has chosen is not for another one to post. A mere logout keeps it.
let owner = session.peek()?.userId
effect(() => {
  const next = session.value?.userId ?? owner
  if (next === owner) return
  if (owner) for (const upload of uploads.peek()) remove(upload)
  owner = next
})

// Whoever leaves the page now would stop what is on its way.
addEventListener('beforeunload', (event) => {
  const busy = uploads.peek().some(({ state }) => ['waiting', 'uploading'].includes(state.peek()))
  if (busy) event.preventDefault()
})
