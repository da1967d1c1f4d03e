import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import type { Blobs } from '../../src/blob/blob.ts'

/** A blob store that is empty, and how to let go of it. */
export interface OpenedBlobs {
  readonly blobs: Blobs
  close(): void
}

const withBlobs =
  (make: () => Promise<OpenedBlobs>, body: (blobs: Blobs) => Promise<void>) => async () => {
    const opened = await make()
    try {
      await body(opened.blobs)
    } finally {
      opened.close()
    }
  }

/** A finished local file, as an upload or an encoder leaves it. */
async function local(blobs: Blobs, text: string): Promise<string> {
  const path = blobs.scratch()
  await Bun.write(path, text)
  return path
}

const names = async (blobs: Blobs) =>
  (await Array.fromAsync(blobs.list())).map(({ name }) => name).toSorted()

// Whoever gets one of these through reads or writes outside of the store.
const refused = [
  '',
  'videos',
  'videos/',
  'videos/.',
  'videos/..',
  'videos/../douyin.db',
  'videos/a/../../douyin.db',
  '../videos/a.mp4',
  './videos/a.mp4',
  '/etc/passwd',
  '/videos/a.mp4',
  'tmp/a',
  'other/a.mp4',
  'Videos/a.mp4',
  'videos/a/b.mp4',
  'videos//a.mp4',
  'videos\\a.mp4',
  'videos/a.mp4\n',
  'videos/a.mp4\0.jpg',
  'videos/a\0.mp4',
  'videos/a.mp4.mp4',
  'videos/.mp4',
  'videos/a.exe',
  'videos/a.MP4',
  'videos/a b.mp4',
  'videos/%2e%2e.mp4',
  'videos/é.mp4',
  `videos/${'a'.repeat(65)}.mp4`,
  'videos/a.mp4/',
]

/** What port `Blobs` promises, for whatever engine stands behind it. */
export function blobSuite(engine: string, make: () => Promise<OpenedBlobs>): void {
  describe(`blobs on ${engine}`, () => {
    test(
      'a file that was put in is there whole under its name, and no longer where it was made',
      withBlobs(make, async (blobs) => {
        const path = await local(blobs, 'some bytes')
        expect(await blobs.open('videos/a-_1.mp4')).toBeNull()
        await blobs.put('videos/a-_1.mp4', path)
        expect(existsSync(path)).toBe(false)
        const file = await blobs.open('videos/a-_1.mp4')
        expect(file?.size).toBe(10)
        expect(await file!.text()).toBe('some bytes')
        expect(await file!.slice(5, 7).text()).toBe('by')
        expect(await Bun.file(blobs.localPath('videos/a-_1.mp4')).text()).toBe('some bytes')
      }),
    )

    test(
      'names of any other form are refused by every method that writes, and are no file to read',
      withBlobs(make, async (blobs) => {
        for (const name of refused) {
          const path = await local(blobs, 'x')
          expect({ name, open: await blobs.open(name) }).toEqual({ name, open: null })
          for (const write of [
            async () => blobs.put(name, path),
            async () => blobs.remove(name),
            async () => blobs.localPath(name),
          ]) {
            await expect(write(), name).rejects.toThrow()
          }
        }
        expect(await names(blobs)).toEqual([])
      }),
    )

    test(
      'what cannot be put in whole is not there at all',
      withBlobs(make, async (blobs) => {
        await expect(blobs.put('videos/a.mp4', blobs.scratch())).rejects.toThrow()
        expect(await blobs.open('videos/a.mp4')).toBeNull()
        expect(await names(blobs)).toEqual([])
      }),
    )

    test(
      'removing is done once, and harmless again; the others stay',
      withBlobs(make, async (blobs) => {
        for (const name of ['covers/a.jpg', 'covers/b.jpg']) {
          await blobs.put(name, await local(blobs, name))
        }
        await blobs.remove('covers/a.jpg')
        await blobs.remove('covers/a.jpg')
        expect(await blobs.open('covers/a.jpg')).toBeNull()
        expect(await (await blobs.open('covers/b.jpg'))?.text()).toBe('covers/b.jpg')
      }),
    )

    test(
      'the list has every file of every folder once with its age, and nothing in the making',
      withBlobs(make, async (blobs) => {
        const before = Date.now() - 2000
        const wanted = ['covers/c.jpg', 'sources/s', 'videos/a.mp4', 'videos/b.mp4']
        for (const name of wanted) await blobs.put(name, await local(blobs, name))
        await local(blobs, 'in the making')
        const listed = await Array.fromAsync(blobs.list())
        expect(listed.map(({ name }) => name).toSorted()).toEqual(wanted)
        for (const { changedAt } of listed) {
          expect(changedAt).toBeGreaterThan(before)
          expect(changedAt).toBeLessThan(Date.now() + 2000)
        }
      }),
    )

    test(
      'files may go while they are listed',
      withBlobs(make, async (blobs) => {
        for (let i = 0; i < 20; i++) await blobs.put(`videos/v${i}.mp4`, await local(blobs, 'x'))
        const seen: string[] = []
        for await (const { name } of blobs.list()) {
          seen.push(name)
          await blobs.remove(name)
        }
        expect(new Set(seen).size).toBe(20)
        expect(await names(blobs)).toEqual([])
      }),
    )

    test(
      'no two files in the making share a path',
      withBlobs(make, async (blobs) => {
        expect(new Set(Array.from({ length: 1000 }, () => blobs.scratch())).size).toBe(1000)
      }),
    )
  })
}
