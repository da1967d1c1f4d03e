import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createChildPool } from '../../src/media/embedded/child-pool.ts'
import { type MediaChild, startMediaChild } from '../../src/media/embedded/child-process.ts'
import { defaultLanes } from '../../src/media/ffmpeg.ts'
import { createPictures } from '../../src/media/still/pictures.ts'
import { outcome } from '../ports/harness.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

setDefaultTimeout(60_000)

const directory = temporaryDirectory()
afterAll(directory.clean)

// A decoder that a picture brings down, or that never ends, must not take the server with it.
test('a picture is decoded by a child: whose death refuses that picture alone', async () => {
  const path = join(directory.path, 'a.png')
  const target = join(directory.path, 'a.jpg')
  const drawn = new Bun.Image(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ).resize(2000, 1000, { fit: 'fill' })
  await Bun.write(path, await drawn.png().bytes())
  const started: MediaChild[] = []
  let dying = 2
  const pool = createChildPool(defaultLanes, (background) => {
    const child = startMediaChild(background)
    started.push(child)
    if (dying-- > 0) child.kill()
    return child
  })
  try {
    const picture = createPictures(pool)
    expect(await outcome(picture(path, 100, target))).toBe('not_a_picture')
    expect([started.length, existsSync(target)]).toEqual([2, false])
    await picture(path, 100, target)
    expect(await new Bun.Image(Bun.file(target)).metadata()).toMatchObject({
      ...{ width: 100, height: 50, format: 'jpeg' },
    })
    expect(started).toHaveLength(3)
  } finally {
    pool.close()
  }
})
