import type { Command } from 'commander'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { Failure } from '../failure.ts'
import { openExisting } from '../open.ts'
import { askUnlessGiven } from '../prompt.ts'
import { readConfig } from '../settings.ts'
import { clean, print, printJson } from '../ui.ts'
import type { RemoveOptions } from '../videos.ts'

/**
 * `douyin videos remove`: first the rows, then the files that no other video shows, so that whatever
 * stops it in between leaves no video without its file. @throws Failure if there is no such video
 */
export async function removeVideo(
  id: number,
  options: RemoveOptions,
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  const work = await store.videos.show(id)
  if (!work) throw new Failure(`There is no video ${id}.`)
  const what = `'${clean(work.video.title)}' by ${clean(work.author.name)}`
  const answer = await askUnlessGiven(options.yes && 'yes', {
    question: `Remove ${what} for good? [y/N] `,
    missing: `--yes is needed to remove ${what} where nobody can be asked.`,
  })
  if (!/^y(es)?$/i.test(answer)) throw new Failure('Nothing was removed.')
  const blobs = createDiskBlobs(readConfig(command).data)
  const names = await store.videos.remove(id)
  for (const name of names) await blobs.remove(name)
  if (options.json) return printJson({ id, removed: names })
  print(`Removed ${what}${names.length > 0 ? '' : '; another video shows the same file'}.`)
}
