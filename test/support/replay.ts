import { mkdirSync, writeFileSync } from 'node:fs'
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
  | { call: 'sync' | 'unlink'; path: string; at: number }
  | { call: 'rename'; path: string; to: string; at: number }

const text = (hex: string) => Buffer.from(hex.replaceAll('\\x', ''), 'hex')
const hex = '((?:\\\\x[0-9a-f]{2})*)'
const fd = new RegExp(`^\\d+<${hex}>`)
const quoted = new RegExp(`"${hex}"`)

/** Reads what strace wrote: the calls below `root` that succeeded, in the order of their ends. */
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
  if (!call || !parameters || Number(result) < 0) return null
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
      return { call: 'sync', path: file, at }
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

interface Inode {
  /** What was written, in a buffer with room to grow. */
  room: Buffer
  size: number
  /** What of it was synced, null for nothing. */
  durable: Buffer | null
}

/**
 * A disk without mercy: of a file it keeps what was synced, and of a directory the names that were
 * there when that was synced. Real file systems keep more.
 */
export class Disk {
  readonly #names = new Map<string, Inode>()
  readonly #durable = new Map<string, Inode>()

  apply(step: Step): void {
    const inode = this.#names.get(step.path)
    switch (step.call) {
      case 'open':
        if (!inode) this.#names.set(step.path, { room: Buffer.alloc(0), size: 0, durable: null })
        else if (step.empty) resize(inode, 0)
        return
      case 'write':
        if (inode) write(inode, step.bytes, step.offset ?? inode.size)
        return
      case 'truncate':
        if (inode) resize(inode, step.size)
        return
      case 'unlink':
        this.#names.delete(step.path)
        return
      case 'rename':
        if (inode) this.#names.set(step.to, inode)
        this.#names.delete(step.path)
        return
      case 'sync':
        if (inode) inode.durable = Buffer.from(inode.room.subarray(0, inode.size))
        else this.#syncDirectory(step.path)
    }
  }

  #syncDirectory(directory: string): void {
    const inIt = (path: string) => dirname(path) === directory
    for (const path of [...this.#durable.keys()]) if (inIt(path)) this.#durable.delete(path)
    for (const [path, inode] of this.#names) if (inIt(path)) this.#durable.set(path, inode)
  }

  /** Writes what a power cut would leave now; with `torn` some unsynced blocks got there as well. */
  restore(from: string, to: string, torn: boolean): void {
    for (const [path, { room, size, durable }] of this.#durable) {
      if (path.endsWith('-shm')) continue
      const kept = durable ?? Buffer.alloc(0)
      const bytes = torn ? tear(room.subarray(0, size), kept) : kept
      const target = join(to, path.slice(from.length))
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, bytes)
    }
  }
}

function write(inode: Inode, bytes: Buffer, offset: number): void {
  if (offset + bytes.length > inode.size) resize(inode, offset + bytes.length)
  bytes.copy(inode.room, offset)
}

function resize(inode: Inode, size: number): void {
  if (size > inode.room.length) {
    const room = Buffer.alloc(size * 2)
    inode.room.copy(room, 0, 0, inode.size)
    inode.room = room
  }
  inode.room.fill(0, Math.min(size, inode.size), Math.max(size, inode.size))
  inode.size = size
}

const block = 4096

/** Each block as it was synced, or as it was written after that. */
function tear(now: Buffer, durable: Buffer): Buffer {
  const size = Math.random() < 0.5 ? now.length : durable.length
  const torn = Buffer.alloc(size)
  durable.copy(torn)
  for (let at = 0; at < size; at += block) {
    if (Math.random() < 0.5) now.copy(torn, at, at, Math.min(at + block, now.length, size))
  }
  return torn
}
