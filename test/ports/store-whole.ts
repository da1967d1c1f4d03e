import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type MakeStore, newUsers, outcome, withStore } from './harness.ts'

export function wholeSuite(make: MakeStore): void {
  describe('the store as a whole', () => {
    test(
      'it answers a ping until it is closed',
      withStore(make, async (store) => {
        expect(await outcome(store.ping())).toBe('done')
        await store.close()
        expect(await outcome(store.ping())).not.toBe('done')
        expect(await outcome(store.users.create({ name: 'late', passwordHash: 'x' }))).toBe(
          'unavailable',
        )
      }),
    )

    test(
      'a snapshot has everything acknowledged before it, and overwrites nothing',
      withStore(make, async (store) => {
        const { path, clean } = temporaryDirectory()
        await newUsers(store, 3)
        await store.snapshot(`${path}/copy`)
        expect(existsSync(`${path}/copy`)).toBe(true)
        await Bun.write(`${path}/mine`, 'a diary')
        expect(await outcome(store.snapshot(`${path}/mine`))).not.toBe('done')
        expect(await Bun.file(`${path}/mine`).text()).toBe('a diary')
        clean()
      }),
    )

    test(
      'each commit is told of once, with all of its writes',
      withStore(make, async (store) => {
        const commits: number[] = []
        store.observe((writes, ms) => {
          expect(ms).toBeGreaterThanOrEqual(0)
          commits.push(writes)
        })
        await newUsers(store, 12)
        expect(commits.reduce((sum, writes) => sum + writes, 0)).toBe(12)
        expect(commits.length).toBeLessThan(12)
      }),
    )
  })
}
