import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import { openExisting } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'

/** `douyin videos retry`. @throws Failure if there is no such video, or it isn't delayed */
export async function retryVideo(
  id: number,
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  if (!(await store.videos.show(id))) throw new Failure(`There is no video ${id}.`)
  if (!(await store.jobs.retry(id))) throw new Failure(`Video ${id} is not delayed.`)
  if (options.json) return printJson({ id, retried: true })
  print(`Video ${id} is tried again; a running server begins within 15 seconds.`)
}
