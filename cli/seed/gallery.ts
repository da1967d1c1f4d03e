import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Context } from '../../src/context.ts'
import { hashFile } from '../../src/lib/file.ts'
import { createStudio, type Studio } from '../../src/media/studio.ts'
import type { Progress } from '../lib/progress.ts'
import { type Recipe, recipes } from './clips/recipes.ts'

type Ports = Pick<Context, 'store' | 'blobs'>

/** Draws the clips and stores them as media unless they are there already; returns their ids. */
export async function storeClips(
  ports: Ports,
  amount: number,
  progress: Progress,
): Promise<{ id: number; titles: readonly string[] }[]> {
  const wanted = recipes.slice(0, amount)
  const studio = createStudio()
  progress.start('clips', wanted.length)
  try {
    return await Promise.all(
      wanted.map(async (recipe) => {
        const id = await storeClip(ports, studio, recipe)
        progress.advance(1)
        return { id, titles: recipe.titles }
      }),
    )
  } finally {
    progress.stop()
    await studio.close()
  }
}

async function storeClip({ store, blobs }: Ports, studio: Studio, recipe: Recipe): Promise<number> {
  const video = blobs.scratch()
  const cover = blobs.scratch()
  try {
    const drawn = await studio.draw(recipe, video, cover)
    const sourceHash = await hashFile(video)
    // Another world may have brought the same clip.
    const known = await store.videos.mediaOf(sourceHash)
    if (known) return known.id
    const name = nanoid()
    const names = { video: `videos/${name}.mp4`, cover: `covers/${name}.jpg` }
    await blobs.put(names.video, video)
    await blobs.put(names.cover, cover)
    return await store.seeding.media({ ...drawn, ...names, sourceHash, source: null })
  } finally {
    await rm(video, { force: true })
    await rm(cover, { force: true })
  }
}
