import { type OpenFile, readAt } from './read-at.ts'

/** GIF89a, sections 18 to 27: header and screen, then blocks that begin with one of these bytes. */
const headerBytes = 13
const extension = 0x21
const image = 0x2c

/** Whether a GIF has a second picture: one that moves is a video without sound, which people upload. */
export function movesAsGif(file: OpenFile): boolean {
  const bytes = reader(file)
  let at = headerBytes + tableBytes(bytes(10))
  for (let pictures = 0; ; ) {
    const block = bytes(at)
    if (block === image) {
      if (++pictures === 2) return true
      // Place and size, a table of colours of its own, and the size of the first codes.
      at += 10 + tableBytes(bytes(at + 9)) + 1
    } else if (block === extension) at += 2
    else return false
    // Pieces, each with its length in front, to an empty one.
    for (let length = bytes(at); ; length = bytes(at)) {
      if (length === undefined) return false
      at += 1 + length
      if (length === 0) break
    }
  }
}

/** A flag, and three bits for the number of colours. */
const tableBytes = (flags = 0): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)

const chunkBytes = 1 << 20

/** Returns the byte at a place, by places that rise; undefined behind the end. */
function reader(file: OpenFile): (at: number) => number | undefined {
  let from = 0
  let chunk = readAt(file, 0, chunkBytes)
  return (at) => {
    if (at < from || at >= from + chunk.length) {
      from = at
      chunk = readAt(file, at, chunkBytes)
    }
    return chunk[at - from]
  }
}
