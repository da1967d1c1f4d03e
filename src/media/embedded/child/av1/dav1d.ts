import { readFileSync } from 'node:fs'
import wasm from 'ogv/dist/ogv-decoder-video-av1-simd-wasm.wasm' with { type: 'file' }
import { otherSampling } from '../../../ffmpeg.ts'

/** Samples of 8 bits; `bytes` begins with the first row, and there are `stride` from one to the next. */
export interface Plane {
  readonly bytes: Uint8Array
  readonly stride: number
}

/** A decoded picture of 4:2:0, in pixels: Y, Cb and Cr. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly planes: readonly [Plane, Plane, Plane]
}

export interface Dav1dOptions {
  /** Of its memory. */
  readonly maxBytes: number
  /** Gets each picture that is to be shown, which is good until this returns. */
  readonly show: (picture: Picture) => void
  /** Gets each line that the decoder logs. */
  readonly say: (line: string) => void
}

/** What emscripten's names became when the package was built, which is pinned to a version. */
interface Exports {
  readonly h: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly i: () => void
  readonly j: () => void
  readonly n: (packet: number, length: number) => number
  readonly o: (at: number) => void
  readonly q: (length: number) => number
}

let compiled: WebAssembly.Module | undefined

/**
 * Opens dav1d, of which the package `ogv` has a build for WebAssembly, and returns what decodes a
 * packet. Only the WebAssembly is taken: the script beside it is made for pages, loads it in its own
 * time and copies each picture twice. What is wrong with a packet is logged, and no picture comes.
 * @throws Error, if the memory is used up, or the sampling is none that the build decodes
 */
export function openDav1d({ maxBytes, show, say }: Dav1dOptions): (packet: Uint8Array) => void {
  compiled ??= new WebAssembly.Module(withLargerStack(readFileSync(wasm)))
  const { exports } = new WebAssembly.Instance(compiled, {
    a: {
      a: write,
      b: () => fail(otherSampling),
      c: () => noSuchFile,
      d: growTo,
      e: () => noSuchFile,
      f: (to: number, from: number, length: number) => bytes().copyWithin(to, from, from + length),
      g: take,
    },
  }) as unknown as { exports: Exports }
  const { h: memory, i: construct, j: open, n: decode, o: free, q: allocate } = exports
  const bytes = () => new Uint8Array(memory.buffer)
  construct()
  open()
  let previous = 0
  return (packet) => {
    const at = allocate(packet.length) || fail('the decoder of AV1 has no memory left')
    bytes().set(packet, at)
    decode(at, packet.length)
    // What the decoder has left of a packet it takes when the next one comes.
    if (previous) free(previous)
    previous = at
  }

  /** As `writev`: a list of places and lengths. */
  function write(_: number, list: number, count: number, written: number): number {
    const numbers = new Uint32Array(memory.buffer)
    let text = ''
    for (let i = list / 4; i < list / 4 + count * 2; i += 2) {
      const [at = 0, length = 0] = numbers.subarray(i, i + 2)
      text += Buffer.from(memory.buffer, at, length).toString('latin1')
    }
    numbers[written / 4] = text.length
    if (text.trim()) say(text.trim())
    return 0
  }

  /** A fifth more than there is, or what is asked for. */
  function growTo(size: number): number {
    const [has, needed] = [memory.buffer.byteLength, size >>> 0]
    if (needed > maxBytes) return 0
    const wanted = Math.min(maxBytes, Math.max(needed, has * 1.2))
    try {
      memory.grow(Math.ceil((wanted - has) / pageBytes))
      return 1
    } catch {
      return 0
    }
  }

  /** Place and stride of each plane, four sizes with padding, width and height without it. */
  function take(...given: readonly number[]): void {
    const [width = 0, height = 0] = given.slice(10)
    const plane = (i: number, rows: number): Plane => {
      const [at = 0, stride = 0] = given.slice(i * 2)
      return { bytes: new Uint8Array(memory.buffer, at, stride * rows), stride }
    }
    const half = (height + 1) >> 1
    show({ width, height, planes: [plane(0, height), plane(1, half), plane(2, half)] })
  }
}

/** Where the stack of the build ends, and its heap begins. */
const builtEnd = 442_208
const movedEnd = 1_048_544

/**
 * The build has a stack of 64 KB, and adding film grain overruns it, into what lies below. So its end
 * is moved up: the first value of the stack pointer, and that of the place up to which memory is taken,
 * the last of all data.
 */
function withLargerStack(module: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const pointer = (value: number) => {
    const [low, middle, high] = [value & 0x7f, (value >> 7) & 0x7f, value >> 14]
    return Buffer.of(variableOfInt32, 1, constant, low | 0x80, middle | 0x80, high)
  }
  const place = (value: number) => Buffer.of(value & 0xff, (value >> 8) & 0xff, value >> 16)
  const at = module.indexOf(pointer(builtEnd))
  const last = module.length - 3
  if (at < 0 || !module.subarray(last).equals(place(builtEnd))) fail('another build of dav1d')
  module.set(pointer(movedEnd), at)
  module.set(place(movedEnd), last)
  return module
}

/** WebAssembly, 5.3.1 and 5.4.7: a type, and the instruction that gives a value. */
const variableOfInt32 = 0x7f
const constant = 0x41

const pageBytes = 65_536

/** WASI's number of the error. */
const noSuchFile = 8

function fail(message: string): never {
  throw new Error(message)
}
