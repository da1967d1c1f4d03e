import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import { openWhole } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'
import { confirmRemoval } from '../lib/prompt.ts'
import { clean } from '../lib/text.ts'

/**
 * `douyin videos remove`: first the rows, then the files that no other video uses, so that no video
 * is ever without its file. @throws Failure if there is no such video
 */
export async function removeVideo(
  id: number,
  options: { yes?: true; json?: true },
  command: Command,
): Promise<void> {
  await using opened = openWhole(command)
  const { store, blobs } = opened
  const work = await store.videos.show(id)
  if (!work) throw new Failure(`There is no video ${id}.`)
  const what = `'${clean(work.video.title)}' by ${clean(work.author.name)}`
  await confirmRemoval(options.yes, what)
  const names = await store.videos.remove(id)
  for (const name of names) await blobs.remove(name)
  if (options.json) return printJson({ id, removed: names })
  print(`Removed ${what}${names.length > 0 ? '' : '; another video has the same file'}.`)
}
