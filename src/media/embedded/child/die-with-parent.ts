import { dlopen } from 'bun:ffi'

/** prctl(2): the signal that comes when the parent ends. */
const prSetDeathSignal = 1
const sigkill = 9

/** The C library by the names that distributions give it. */
const libraries = ['libc.so.6', `libc.musl-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}.so.1`]

/**
 * Lets the system kill this process when its parent ends, however that ends and whatever this process
 * is doing then. The closed channel tells it too, but not one whose event loop a hostile file has
 * stopped. Only on Linux; elsewhere the channel has to do.
 */
export function dieWithParent(): void {
  if (process.platform !== 'linux') return
  const parent = process.ppid
  for (const library of libraries) {
    try {
      const int = 'int' as const
      const { symbols } = dlopen(library, { prctl: { args: [int, 'u64'], returns: int } })
      symbols.prctl(prSetDeathSignal, sigkill)
      // It may have ended before it was asked for.
      if (process.ppid !== parent) process.exit(0)
      return
    } catch {
      // The other C library.
    }
  }
}
