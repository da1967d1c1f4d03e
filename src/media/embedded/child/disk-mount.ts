import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { isDiskFull } from '../../../lib/system-errors.ts'
import type { Decoding } from '../../ffmpeg.ts'
import type { JobFile, JobFiles } from '../messages.ts'
import { type Made, openPictures } from './av1/pictures.ts'

/** The part of emscripten's module and file system that is used here. */
export interface Core {
  readonly FS: {
    readonly filesystems: { readonly MEMFS: FileSystem; DISK?: FileSystem }
    readonly ErrnoError: new (errno: number) => Error
  }
  readonly logger: (line: { type: string; message: string }) => void
}

interface FileSystem {
  mount(mount: Mount): Node
}

interface Mount {
  readonly opts: { files: JobFiles }
}

interface Node {
  mount: Mount
  node_ops: {
    getattr(node: Node): { size: number }
    setattr(node: Node, change: { size?: number }): void
    mknod?(parent: Node, name: string, mode: number, device: number): Node
  }
  stream_ops: object
}

interface Stream {
  readonly flags: number
  readonly position: number
  /** The descriptor on disk; `fd` is the name of emscripten's own. */
  disk?: number
  /** What is made as it is read. */
  made?: Made
}

/** The type of a log line that reports a full disk; ffmpeg itself can't print it. */
export const diskFull = 'disk-full'

/** WASI's numbers of errors, with which this core was built. */
const errno = { acces: 2, inval: 28, io: 29, nospc: 51 }

const fileMode = 0o100666

/**
 * Registers the file system type `DISK`: a directory in memory in which exactly the files that a job
 * was given are on the disk, read and written in place, block by block. So ffmpeg needs no memory for
 * the video, has no limit of 2 GB, and can't open anything else, whatever a hostile file names.
 */
export function registerDisk(core: Core): void {
  const { MEMFS } = core.FS.filesystems
  core.FS.filesystems.DISK = {
    mount(mount) {
      const root = MEMFS.mount(mount)
      root.mount = mount
      for (const [name, file] of Object.entries(mount.opts.files)) {
        const node = root.node_ops.mknod?.(root, name, fileMode, 0)
        if (node && file.decoding) putDecoded(core, node, file.path, file.decoding)
        else if (node) putOnDisk(core, node, file)
      }
      return root
    },
  }
}

/** What a system call throws, as an error that ffmpeg can be told. */
function errorsOf(core: Core) {
  const fail = (code: number): never => {
    throw new core.FS.ErrnoError(code)
  }
  // ffmpeg returns 0 even if the disk was full while it wrote the trailer, so that is reported beside
  // its exit status, as a log line of its own type.
  const attempt = <T>(call: () => T): T => {
    try {
      return call()
    } catch (error) {
      const full = isDiskFull(error)
      core.logger({ type: full ? diskFull : 'stderr', message: String(error) })
      return fail(full ? errno.nospc : errno.io)
    }
  }
  return { fail, attempt }
}

function putOnDisk(core: Core, node: Node, { path, write: writable }: JobFile): void {
  const { fail, attempt } = errorsOf(core)
  const descriptorOf = (stream: Stream) => stream.disk ?? fail(errno.inval)
  const inMemory = node.node_ops
  node.node_ops = {
    getattr(node) {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
      return { ...inMemory.getattr(node), size }
    },
    setattr(_, { size }) {
      if (size === undefined) return
      if (!writable) fail(errno.acces)
      // What ffmpeg opens to write it is emptied first, even if it isn't there yet.
      if (existsSync(path)) attempt(() => truncateSync(path, size))
    },
  }
  node.stream_ops = {
    open(stream: Stream) {
      const writes = stream.flags & (constants.O_WRONLY | constants.O_RDWR)
      if (writes && !writable) fail(errno.acces)
      const flags = writes ? constants.O_RDWR | constants.O_CREAT : constants.O_RDONLY
      stream.disk = attempt(() => openSync(path, flags))
    },
    close({ disk }: Stream) {
      if (disk !== undefined) attempt(() => closeSync(disk))
    },
    read: (stream: Stream, heap: Int8Array, at: number, length: number, position: number) =>
      attempt(() => readSync(descriptorOf(stream), heap, at, length, position)),
    write: (stream: Stream, heap: Int8Array, at: number, length: number, position: number) =>
      attempt(() => writeSync(descriptorOf(stream), heap, at, length, position)),
    llseek(stream: Stream, offset: number, whence: 0 | 1 | 2) {
      const end = () => fstatSync(descriptorOf(stream)).size
      const base = whence === 0 ? 0 : whence === 1 ? stream.position : end()
      return base + offset < 0 ? fail(errno.inval) : base + offset
    },
  }
}

/** A file that is read from its beginning to its end, and decoded on the way. */
function putDecoded(core: Core, node: Node, path: string, decoding: Decoding): void {
  const { fail, attempt } = errorsOf(core)
  const say = (message: string) => core.logger({ type: 'stderr', message })
  node.stream_ops = {
    open(stream: Stream) {
      if (stream.flags & (constants.O_WRONLY | constants.O_RDWR)) fail(errno.acces)
      stream.made = attempt(() => openPictures(path, decoding, say))
    },
    close: ({ made }: Stream) => made?.close(),
    read: ({ made }: Stream, heap: Int8Array, at: number, length: number) =>
      attempt(() => made?.read(heap, at, length) ?? 0),
    llseek: ({ position }: Stream, offset: number, whence: 0 | 1 | 2) =>
      (whence === 0 ? offset : position + offset) === position ? position : fail(errno.inval),
  }
}
