import { expect, test } from 'bun:test'
import { createDiskSpace } from '../../src/video/disk-space.ts'
import { outcome } from '../ports/harness.ts'

const mb = 1 << 20

/** A disk of which a sixteenth is everybody's. */
function makeDisk(free: number) {
  const disk = { free: free + 10 * mb }
  const space = createDiskSpace({
    freeSpace: async () => disk.free,
    capacity: async () => 160 * mb,
  })
  return { disk, space }
}

test('room is promised until it is filled, and what came is not counted twice', async () => {
  const { disk, space } = makeDisk(100 * mb)
  const first = await space.admit(90 * mb, 1)
  expect(await outcome(space.admit(20 * mb, 2))).toBe('storage_full')
  disk.free -= 60 * mb
  await first.add(60 * mb)
  // 40 MB are free, of which 30 are promised.
  expect(await outcome(space.admit(20 * mb, 2))).toBe('storage_full')
  expect(await outcome(space.admit(10 * mb, 3))).toBe('done')
  first[Symbol.dispose]()
  expect(await outcome(space.admit(20 * mb, 4))).toBe('done')
})

test('of two who begin together, one has the room that there is for one', async () => {
  const { space } = makeDisk(100 * mb)
  const both = [space.admit(60 * mb, 1), space.admit(60 * mb, 2)].map(outcome)
  expect((await Promise.all(both)).toSorted()).toEqual(['done', 'storage_full'])
})

test('a second upload of somebody has no promise, and is refused when the room is gone', async () => {
  const { disk, space } = makeDisk(100 * mb)
  using _first = await space.admit(40 * mb, 1)
  using second = await space.admit(40 * mb, 1)
  expect(await outcome(space.admit(55 * mb, 2))).toBe('done')
  expect(await outcome(Promise.resolve(second.add(mb / 2)))).toBe('done')
  disk.free -= 98 * mb
  expect(await outcome(Promise.resolve(second.add(mb)))).toBe('storage_full')
})
