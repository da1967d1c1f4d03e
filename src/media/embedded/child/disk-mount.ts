import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { isDiskFull } from '../../../lib/error-codes.ts'
import type { JobFiles } from '../messages.ts'

/** The part of emscripten's module and file system that is used here. */
export interface Core {
  readonly FS: FileSystem
  readonly logger: (line: { type: string; message: string }) => void
}

interface FileSystem {
  readonly filesystems: Record<string, { mount(mount: Mount): Node }>
  readonly ErrnoError: new (errno: number) => Error
  createNode(parent: Node | null, name: string, mode: number, device: number): Node
}

interface Mount {
  readonly opts: { files: JobFiles }
}

interface Node {
  name: string
  mode: number
  mount: Mount
  node_ops: object
  stream_ops: object
}

interface Stream {
  readonly node: Node
  position: number
  /** The descriptor on disk; `fd` is the name of emscripten's own. */
  disk?: number
}

/** The type of a log line that reports a failed call of the disk; ffmpeg itself can't print it. */
export const writeFailed = 'write-failed'

/** The message of such a line if there was no space left; else it is the error's. */
export const diskFull = 'disk-full'

/** WASI's numbers of errors, with which this core was built. */
const errno = { acces: 2, inval: 28, io: 29, noent: 44, nospc: 51 }

const directoryMode = 0o40777
const fileMode = 0o100666

/** Descriptors of the job under way: a core that crashed doesn't close its own. */
const open = new Set<number>()

/** Closes what an earlier core left open. */
export function closeLeftovers(): void {
  for (const fd of open) closeSync(fd)
  open.clear()
}

/**
 * Registers the file system type `DISK`: a flat directory of exactly the files that a job was given,
 * read and written in place, block by block. So ffmpeg needs no memory for the video, has no limit of
 * 2 GB, and can't open anything else, whatever a hostile file names.
 */
export function registerDisk(core: Core): void {
  const { FS } = core
  const fail = (code: number): never => {
    throw new FS.ErrnoError(code)
  }
  const fileOf = (node: Node) => node.mount.opts.files[node.name] ?? fail(errno.noent)
  const descriptorOf = (stream: Stream) => stream.disk ?? fail(errno.inval)

  const create = (root: Node, name: string): Node => {
    const node = FS.createNode(root, name, fileMode, 0)
    node.mount = root.mount
    node.node_ops = { getattr, setattr }
    node.stream_ops = { open: openStream, close, read, write, llseek }
    return node
  }

  const lookup = (root: Node, name: string): Node => {
    const file = root.mount.opts.files[name]
    return file && existsSync(file.path) ? create(root, name) : fail(errno.noent)
  }

  const mknod = (root: Node, name: string): Node => {
    const file = root.mount.opts.files[name]
    if (!file?.write) return fail(errno.acces)
    closeSync(attempt(() => openSync(file.path, 'w')))
    return create(root, name)
  }

  const getattr = (node: Node) => {
    const stat = node.mode === directoryMode ? undefined : statSync(fileOf(node).path)
    const time = new Date(0)
    return {
      dev: 1,
      ino: 1,
      mode: node.mode,
      nlink: 1,
      uid: 0,
      gid: 0,
      rdev: 0,
      size: stat?.size ?? 0,
      atime: time,
      mtime: time,
      ctime: time,
      blksize: 65536,
      blocks: 0,
    }
  }

  const setattr = (node: Node, change: { size?: number }) => {
    const { path, write } = fileOf(node)
    if (change.size === undefined) return
    if (!write) fail(errno.acces)
    const size = change.size
    attempt(() => truncateSync(path, size))
  }

  const openStream = (stream: Stream) => {
    const { path, write } = fileOf(stream.node)
    stream.disk = attempt(() => openSync(path, write ? 'r+' : 'r'))
    open.add(stream.disk)
  }

  const close = (stream: Stream) => {
    const { disk } = stream
    if (disk !== undefined && open.delete(disk)) attempt(() => closeSync(disk))
  }

  const read = (stream: Stream, heap: Int8Array, at: number, length: number, position: number) =>
    attempt(() => readSync(descriptorOf(stream), heap, at, length, position))

  const write = (stream: Stream, heap: Int8Array, at: number, length: number, position: number) => {
    if (!fileOf(stream.node).write) return fail(errno.acces)
    return attempt(() => writeSync(descriptorOf(stream), heap, at, length, position))
  }

  const llseek = (stream: Stream, offset: number, whence: 0 | 1 | 2) => {
    const end = () => fstatSync(descriptorOf(stream)).size
    const base = whence === 0 ? 0 : whence === 1 ? stream.position : end()
    return base + offset < 0 ? fail(errno.inval) : base + offset
  }

  // ffmpeg returns 0 even if the disk was full while it wrote the trailer, so the failure is reported
  // beside its exit status, as a log line of its own type.
  const attempt = <T>(call: () => T): T => {
    try {
      return call()
    } catch (error) {
      const full = isDiskFull(error)
      core.logger({ type: writeFailed, message: full ? diskFull : String(error) })
      return fail(full ? errno.nospc : errno.io)
    }
  }

  FS.filesystems.DISK = {
    mount(mount) {
      const root = FS.createNode(null, '/', directoryMode, 0)
      root.mount = mount
      root.node_ops = { lookup, mknod, getattr, setattr }
      root.stream_ops = {}
      return root
    },
  }
}
