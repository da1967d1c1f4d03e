import { afterEach, expect, test } from 'bun:test'
import { createMaintenance } from '../../src/store/sqlite/commit/maintenance.ts'

const { Worker } = globalThis
afterEach(() => {
  globalThis.Worker = Worker
})

/** A thread that the system doesn't start: it says so once, and never replies. */
class Unstarted extends EventTarget {
  onerror: ((event: { message: string }) => void) | null = null
  ref() {}
  unref() {}
  terminate() {}
  postMessage() {
    setTimeout(() => {
      this.onerror?.({ message: 'no more threads' })
      this.onerror = null
    })
  }
}

// A server waits for this when it stops, and a removal when it fails.
test('a thread that could not be started is not waited for', async () => {
  globalThis.Worker = Unstarted as never
  const maintenance = createMaintenance('/nowhere/douyin.db')
  const failed = await maintenance.run('checkpoint').catch((error: Error) => error.message)
  expect(failed).toBe('no more threads')
  const closed = maintenance.close().then(() => 'closed')
  expect(await Promise.race([closed, Bun.sleep(500).then(() => 'waits')])).toBe('closed')
})
