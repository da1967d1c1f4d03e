import { expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearScratch, createDiskBlobs } from '../../src/blob/disk.ts'
import { blobSuite } from '../ports/blob.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

blobSuite('the disk', async () => {
  const { path, clean } = temporaryDirectory()
  return { blobs: createDiskBlobs(path), close: clean }
})

test('foreign files in the folders are neither listed nor served', async () => {
  const { path, clean } = temporaryDirectory()
  const blobs = createDiskBlobs(path)
  writeFileSync(join(path, 'videos', 'notes.txt'), 'x')
  writeFileSync(join(path, 'videos', '.hidden.mp4'), 'x')
  mkdirSync(join(path, 'videos', 'folder.mp4'))
  expect(await blobs.open('videos/folder.mp4')).toBeNull()
  expect(await blobs.open('videos/notes.txt')).toBeNull()
  const names = (await Array.fromAsync(blobs.list())).map(({ name }) => name)
  expect(names.filter((name) => name !== 'videos/folder.mp4')).toEqual([])
  clean()
})

test('clearing the scratch folder removes no finished file', async () => {
  const { path, clean } = temporaryDirectory()
  const blobs = createDiskBlobs(path)
  const half = blobs.scratch()
  const whole = blobs.scratch()
  writeFileSync(half, 'half')
  writeFileSync(whole, 'whole')
  await blobs.put('videos/a.mp4', whole)
  clearScratch(path)
  expect(await Bun.file(half).exists()).toBe(false)
  expect(await (await blobs.open('videos/a.mp4'))?.text()).toBe('whole')
  // The folder itself is needed at once.
  await Bun.write(blobs.scratch(), 'next')
  clean()
})
