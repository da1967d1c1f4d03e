import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import { AppError, type ErrorCode } from '../../errors.ts'
import { isDiskFull } from '../../lib/system-errors.ts'
import { formatSize } from '../../lib/units.ts'
import { createMinRate } from './min-rate.ts'

/** A file part on the local disk: `size` in bytes, `hash` its SHA-256 in hex. */
export interface UploadedFile {
  readonly size: number
  readonly hash: string
}

/** A request whose file parts are on the local disk, by their fields. */
export interface Upload {
  readonly fields: ReadonlyMap<string, string>
  readonly files: ReadonlyMap<string, UploadedFile>
}

/** How the file parts of a request are received. */
export interface FileOptions {
  /** Where the file of each field goes; parts of other fields are ignored. */
  readonly paths: ReadonlyMap<string, string>
  /** Bytes of each file. */
  readonly maxSize: number
  /** What is thrown for a file that has more. */
  readonly tooLarge: ErrorCode
  /**
   * Called with the fields that came before the file, before a byte of that is stored; returns a
   * function to be called with the size of each chunk. What either throws ends the upload.
   */
  readonly admit: (fields: ReadonlyMap<string, string>) => Promise<Count>
}

/** Waits, if need be, before the chunk is stored. */
type Count = (bytes: number) => void | Promise<void>

/** Sizes of names and texts in bytes (titles and tokens, nothing longer), and numbers of parts. */
const limits = { fieldNameSize: 100, fieldSize: 4096, fields: 20, files: 10, parts: 30 }

/** What a body may have beside its files: other parts, and what is between them. */
const marginBytes = 64 << 20

/**
 * Reads a multipart request whose parts come in any order: text into `fields`, the file parts
 * that have a path chunk by chunk to there, from where the caller removes them, after a throw too. At
 * no time is more than a few chunks in memory.
 * @throws AppError invalid_request, tooLarge, upload_interrupted, storage_full
 */
export async function receiveUpload(request: Request, options: FileOptions): Promise<Upload> {
  const body = request.body
  const type = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*;/i.test(type) || body === null) {
    throw new AppError('invalid_request', { reason: 'multipart/form-data' })
  }
  counter(options)(Number(request.headers.get('content-length') ?? 0))
  try {
    return await parse(body, type, options)
  } catch (error) {
    throw translate(error)
  }
}

async function parse(
  body: ReadableStream<Uint8Array>,
  type: string,
  options: FileOptions,
): Promise<Upload> {
  const fields = new Map<string, string>()
  const saving = new Map<string, Promise<UploadedFile>>()
  const { paths, maxSize, admit } = options
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
    const path = paths.get(name)
    if (path === undefined || saving.has(name)) return void stream.resume()
    const file = admit(fields).then((count) => save(stream, path, options, count))
    saving.set(name, file)
    file.catch(fail)
    // Nothing more comes, which the parser doesn't report to the reader of the part.
    parser.on('error', (error) => stream.destroy(error as Error))
  })
  try {
    await pipeline(Readable.fromWeb(body as never), bounded(counter(options)), parser)
    const files = [...saving].map(async ([name, file]) => [name, await file] as const)
    return { fields, files: new Map(await Promise.all(files)) }
  } finally {
    await Promise.allSettled(saving.values())
  }
}

/** Counts the bytes of a body. The function throws AppError tooLarge when there are too many. */
function counter({ paths, maxSize, tooLarge }: FileOptions): (bytes: number) => void {
  let left = paths.size * maxSize + marginBytes
  return (bytes) => {
    left -= bytes
    if (left < 0) throw new AppError(tooLarge, { max: formatSize(maxSize) })
  }
}

/** The body as it comes, whatever part it is of. @throws AppError upload_interrupted: too slowly */
const bounded = (count: (bytes: number) => void) =>
  async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const rate = createMinRate()
    for await (const chunk of chunks) {
      count(chunk.length)
      if (rate.isTooSlow(chunk.length)) throw new AppError('upload_interrupted')
      yield chunk
    }
  }

/** Writes the stream to a new file, through a handle since only that reports a full disk. */
async function save(
  stream: Readable,
  path: string,
  { maxSize, tooLarge }: Pick<FileOptions, 'maxSize' | 'tooLarge'>,
  count: Count,
): Promise<UploadedFile> {
  const hash = createHash('sha256')
  let size = 0
  await using handle = await open(path, 'wx')
  // What is thrown here is to be the first error of all, so the caller destroys the stream.
  const chunks: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false })
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxSize) throw new AppError(tooLarge, { max: formatSize(maxSize) })
    await count(chunk.length)
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
