import { expect, setDefaultTimeout, test } from 'bun:test'
import { soak } from '../support/crash/soak.ts'

setDefaultTimeout(60_000)

// The short form shows a leak of every request or connection; `bun test/support/crash/soak.ts` shows slow ones.
test.skipIf(process.platform !== 'linux')('a little mixed load leaves nothing behind', async () => {
  const { acknowledged, reads, first, last, descriptors, wrong } = await soak(5)
  expect(acknowledged).toBeGreaterThan(20)
  expect(reads).toBeGreaterThan(20)
  expect(last - first).toBeLessThan(100)
  expect(descriptors[1]).toBeLessThanOrEqual(descriptors[0] + 10)
  expect(wrong).toEqual([])
})
