import { nanoid } from 'nanoid'

/** A body whose length is known before its first byte is read. */
export interface Body {
  readonly type: string
  /** Bytes. */
  readonly length: number
  /** The bytes, read from the disk as the connection takes them. */
  stream(sent: (amount: number) => void): AsyncGenerator<Uint8Array>
}

/**
 * multipart/form-data (RFC 7578) of some fields and a file, by hand: `FormData` would hold the file
 * in memory, and without a length the server could not refuse a large one at once.
 */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: { field: string; path: string; name: string; size: number },
): Body {
  const boundary = `douyin-${nanoid()}`
  const part = (disposition: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`
  const texts = Object.entries(fields).map(
    ([name, value]) => `${part(`name="${name}"`)}\r\n${value}\r\n`,
  )
  const opening = part(`name="${file.field}"; filename="${escapeName(file.name)}"`)
  const head = Buffer.from(
    `${texts.join('')}${opening}Content-Type: application/octet-stream\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.size + tail.length,
    async *stream(sent) {
      yield head
      // Never more than the length that was announced, even if the file grows meanwhile.
      for await (const bytes of Bun.file(file.path).slice(0, file.size).stream()) {
        yield bytes
        sent(bytes.length)
      }
      yield tail
    },
  }
}

/** As browsers do (WHATWG HTML, multipart/form-data encoding). */
const escapeName = (name: string): string =>
  name.replace(/["\r\n]/g, (character) => encodeURIComponent(character))
