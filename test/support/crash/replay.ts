import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The calls of strace that change what is on a disk; with these options it says all of them. */
export const recording = [
  ...['-y', '-xx', '-ttt', '-s', '20000000'],
  ...['-e', `trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,unlink,mkdir`],
]

/** A call on a file below the recorded directory; `at` is when it ended, Unix ms. */
export type Step =
  | { call: 'write'; path: string; bytes: Buffer; offset: number | null; at: number }
  | { call: 'truncate'; path: string; size: number; at: number }
  | { call: 'open'; path: string; empty: boolean; at: number }
  | { call: 'sync' | 'failed sync' | 'unlink'; path: string; at: number }
  | { call: 'rename'; path: string; to: string; at: number }

const text = (hex: string) => Buffer.from(hex.replaceAll('\\x', ''), 'hex')
const hex = '((?:\\\\x[0-9a-f]{2})*)'
const fd = new RegExp(`^\\d+<${hex}>`)
const quoted = new RegExp(`"${hex}"`)

/** Reads what strace wrote: the calls below `root` that did something, in the order of their ends. */
export function stepsOf(trace: string, root: string): Step[] {
  const begun = new Map<string, string>()
  const steps: Step[] = []
  for (const line of trace.split('\n')) {
    const [, pid, time, rest] = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line) ?? []
    if (!pid || !time || !rest) continue
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(pid, rest.slice(0, -'<unfinished ...>'.length).trimEnd())
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const step = stepOf(resumed ? (begun.get(pid) ?? '') + resumed[1] : rest, Number(time) * 1000)
    if (step?.path.startsWith(`${root}/`) || step?.path === root) steps.push(step)
  }
  return steps
}

function stepOf(line: string, at: number): Step | null {
  const [, call, parameters, result] = /^(\w+)\((.*)\) += (-?\d+)/.exec(line) ?? []
  if (!call || !parameters) return null
  const syncs = call === 'fsync' || call === 'fdatasync'
  if (Number(result) < 0 && !syncs) return null
  const file = text(fd.exec(parameters)?.[1] ?? '').toString()
  const [name = '', other = ''] = [...parameters.matchAll(new RegExp(quoted, 'g'))].map((match) =>
    text(match[1]!).toString(),
  )
  switch (call) {
    case 'pwrite64':
    case 'write': {
      const bytes = text(quoted.exec(parameters)?.[1] ?? '').subarray(0, Number(result))
      const offset = call === 'write' ? null : Number(/, (\d+)$/.exec(parameters)?.[1])
      return { call: 'write', path: file, bytes, offset, at }
    }
    case 'ftruncate':
      return { call: 'truncate', path: file, size: Number(/, (\d+)$/.exec(parameters)?.[1]), at }
    case 'fsync':
    case 'fdatasync':
      return { call: Number(result) < 0 ? 'failed sync' : 'sync', path: file, at }
    case 'rename':
      return { call: 'rename', path: name, to: other, at }
    case 'unlink':
      return { call: 'unlink', path: name, at }
    case 'openat':
      if (!parameters.includes('O_CREAT')) return null
      return { call: 'open', path: name, empty: parameters.includes('O_TRUNC'), at }
    default:
      return null
  }
}

/** Bytes with room to grow; what lies beyond their size is zero. */
interface Content {
  room: Buffer
  size: number
}

interface Inode {
  /** What was written: what everybody reads. */
  readonly now: Content
  /** What of it is on the disk. */
  readonly durable: Content
  /** Blocks that the next sync brings to the disk. */
  readonly dirty: Set<number>
}

/** What is left: after a power cut, after one that let some unsynced blocks through, after a kill. */
export type Left = 'synced' | 'torn' | 'written'

/**
 * A disk without mercy: of a file it keeps what was synced, and of a directory the names that were
 * there when that was synced. Real file systems keep more. A sync that fails loses what it was to
 * bring to the disk, as Linux does: it is read until the power goes, and no later sync writes it.
 */
export class Disk {
  readonly #names = new Map<string, Inode>()
  readonly #durable = new Map<string, Inode>()

  /** Takes over the files of a directory as they are, all of them synced. */
  load(root: string): void {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const path = join(root, name)
      if (!statSync(path).isFile()) continue
      const inode = empty()
      write(inode, readFileSync(path), 0)
      sync(inode)
      this.#names.set(path, inode)
      this.#durable.set(path, inode)
    }
  }

  apply(step: Step): void {
    const inode = this.#names.get(step.path)
    switch (step.call) {
      case 'open':
        if (!inode) this.#names.set(step.path, empty())
        else if (step.empty) truncate(inode, 0)
        return
      case 'write':
        if (inode) write(inode, step.bytes, step.offset ?? inode.now.size)
        return
      case 'truncate':
        if (inode) truncate(inode, step.size)
        return
      case 'unlink':
        this.#names.delete(step.path)
        return
      case 'rename':
        if (inode) this.#names.set(step.to, inode)
        this.#names.delete(step.path)
        return
      case 'failed sync':
        inode?.dirty.clear()
        return
      case 'sync':
        if (inode) sync(inode)
        else this.#syncDirectory(step.path)
    }
  }

  #syncDirectory(directory: string): void {
    const inIt = (path: string) => dirname(path) === directory
    for (const path of [...this.#durable.keys()]) if (inIt(path)) this.#durable.delete(path)
    for (const [path, inode] of this.#names) if (inIt(path)) this.#durable.set(path, inode)
  }

  /** Writes what would be left now. */
  restore(from: string, to: string, left: Left): void {
    for (const [path, inode] of left === 'written' ? this.#names : this.#durable) {
      if (path.endsWith('-shm')) continue
      const { now, durable } = inode
      const target = join(to, path.slice(from.length))
      mkdirSync(dirname(target), { recursive: true })
      if (left === 'torn') writeFileSync(target, tear(inode))
      else writeFileSync(target, bytesOf(left === 'written' ? now : durable))
    }
  }
}

const block = 4096

const bytesOf = ({ room, size }: Content): Buffer => room.subarray(0, size)

const empty = (): Inode => ({
  now: { room: Buffer.alloc(0), size: 0 },
  durable: { room: Buffer.alloc(0), size: 0 },
  dirty: new Set(),
})

function write(inode: Inode, bytes: Buffer, offset: number): void {
  const { now, dirty } = inode
  if (offset + bytes.length > now.size) truncate(inode, offset + bytes.length)
  bytes.copy(now.room, offset)
  for (let at = offset - (offset % block); at < offset + bytes.length; at += block) dirty.add(at)
}

/** Makes a file shorter or longer; what is cut off is zero on the disk too, if it grows again. */
function truncate({ now, dirty }: Inode, size: number): void {
  for (let at = size - (size % block); at < now.size; at += block) dirty.add(at)
  resize(now, size)
}

function sync({ now, durable, dirty }: Inode): void {
  resize(durable, now.size)
  for (const at of dirty) {
    if (at < now.size) now.room.copy(durable.room, at, at, Math.min(at + block, now.size))
  }
  dirty.clear()
}

function resize(content: Content, size: number): void {
  if (size > content.room.length) {
    const room = Buffer.alloc(size * 2)
    content.room.copy(room, 0, 0, content.size)
    content.room = room
  }
  content.room.fill(0, Math.min(size, content.size), Math.max(size, content.size))
  content.size = size
}

/** Each block that a sync was to bring to the disk as it was there before, or as it is now. */
function tear({ now, durable, dirty }: Inode): Buffer {
  const size = Math.random() < 0.5 ? now.size : durable.size
  const torn = Buffer.alloc(size)
  bytesOf(durable).copy(torn)
  for (const at of dirty) {
    if (Math.random() < 0.5 && at < size) {
      now.room.copy(torn, at, at, Math.min(at + block, now.size, size))
    }
  }
  return torn
}
