import type { Loop, LoopOptions } from './bare-loop.ts'
import { createPlainWrites } from './plain-writes.ts'

// Plain writes one transaction after another, without HTTP. Reads its options as JSON from its input.

const { directory, kind, writes, batch, seconds }: LoopOptions = await Bun.stdin.json()
const plain = createPlainWrites(directory, kind)

let done = 0
const runFor = async (ms: number): Promise<Omit<Loop, 'batch'>> => {
  const before = { at: performance.now(), done, cpu: process.cpuUsage() }
  while (performance.now() - before.at < ms) {
    if (!plain.isFree()) await plain.whenFree()
    plain.transact(Array.from({ length: batch }, () => writes[done++ % writes.length]!))
    // Lets the worker say that it has copied the log.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const { user, system } = process.cpuUsage(before.cpu)
  const amount = done - before.done
  return {
    rate: (amount * 1000) / (performance.now() - before.at),
    cpu: (user + system) / amount,
  }
}

// What runs often is compiled anew, and pages come into memory.
await runFor(Math.min(1, seconds) * 1000)
console.log(JSON.stringify(await runFor(seconds * 1000)))
await plain.close()
process.exit(0)
