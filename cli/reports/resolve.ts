import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import { openExisting } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'

/** `douyin reports resolve`. @throws Failure, if there is no such report */
export async function resolveReport(
  id: number,
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  if (!(await store.reports.resolve(id))) throw new Failure(`There is no report ${id}.`)
  if (options.json) printJson({ id, resolved: true })
  else print(`Report ${id} is resolved.`)
}
