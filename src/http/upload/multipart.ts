import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import { AppError } from '../../errors.ts'
import { isDiskFull } from '../../lib/system-errors.ts'
import { formatSize } from '../../lib/units.ts'
import { createMinRate } from './min-rate.ts'

/** A request whose file part is on the local disk: `size` in bytes, `hash` its SHA-256 in hex. */
export interface Upload {
  readonly fields: ReadonlyMap<string, string>
  readonly file: { readonly size: number; readonly hash: string } | null
}

export interface FileOptions {
  readonly fileField: string
  readonly path: string
  readonly maxSize: number
  /**
   * Called with the fields that came before the file, before a byte of that is stored; what it returns
   * is called with the size of each chunk. What either throws ends the upload.
   */
  readonly admit: (fields: ReadonlyMap<string, string>) => Promise<(bytes: number) => void>
}

/** Sizes of names and texts in bytes (titles and tokens, nothing longer), and numbers of parts. */
const limits = { fieldNameSize: 100, fieldSize: 4096, fields: 20, files: 10, parts: 30 }

/**
 * Reads a multipart request whose parts come in any order: text into `fields`, the file part
 * `fileField` chunk by chunk into `path`, from where the caller removes it, after a throw too. At no
 * time is more than a few chunks in memory.
 * @throws AppError invalid_request, video_too_large, upload_interrupted, storage_full
 */
export async function receiveUpload(request: Request, options: FileOptions): Promise<Upload> {
  const body = request.body
  const type = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*;/i.test(type) || body === null) {
    throw new AppError('invalid_request', { reason: 'multipart/form-data' })
  }
  try {
    return await parse(body, type, options)
  } catch (error) {
    throw translate(error)
  }
}

async function parse(
  body: ReadableStream<Uint8Array>,
  type: string,
  { fileField, path, maxSize, admit }: FileOptions,
): Promise<Upload> {
  const fields = new Map<string, string>()
  let file: Promise<Upload['file']> | null = null
  const parser = new Busboy({
    headers: { 'content-type': type },
    limits: { ...limits, fileSize: maxSize + 1 },
  })
  parser.on('field', (name, value) => {
    if (!fields.has(name)) fields.set(name, value)
  })
  parser.on('file', (name, stream) => {
    const fail = (error: Error) => void parser.destroy(error)
    stream.on('error', fail)
    if (name !== fileField || file) return void stream.resume()
    file = admit(fields).then((count) => save(stream, path, maxSize, count))
    file.catch(fail)
    // Nothing more comes, which the parser doesn't report to the reader of the part.
    parser.on('error', (error) => stream.destroy(error as Error))
  })
  try {
    await pipeline(Readable.fromWeb(body as never), paced, parser)
    return { fields, file: await file }
  } finally {
    await Promise.resolve(file).catch(() => null)
  }
}

/** The body as it comes, whatever part it is of. @throws AppError upload_interrupted: too slowly */
async function* paced(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const rate = createMinRate()
  for await (const chunk of chunks) {
    if (rate.isTooSlow(chunk.length)) throw new AppError('upload_interrupted')
    yield chunk
  }
}

/** Writes the stream to a new file, through a handle since only that reports a full disk. */
async function save(
  stream: Readable,
  path: string,
  maxSize: number,
  count: (bytes: number) => void,
): Promise<Upload['file']> {
  const hash = createHash('sha256')
  let size = 0
  await using handle = await open(path, 'wx')
  // What is thrown here is to be the first error of all, so the caller destroys the stream.
  const chunks: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false })
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxSize) throw new AppError('video_too_large', { max: formatSize(maxSize) })
    count(chunk.length)
    hash.update(chunk)
    await handle.writeFile(chunk)
  }
  return { size, hash: hash.digest('hex') }
}

function translate(error: unknown): unknown {
  if (error instanceof AppError) return error
  if (isDiskFull(error)) return new AppError('storage_full')
  const { code, name } = error as { code?: string; name?: string }
  if (name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new AppError('upload_interrupted')
  }
  // Other errors of the parser are about what the caller sent.
  return code?.startsWith('E') ? error : new AppError('invalid_request', { reason: 'multipart' })
}
