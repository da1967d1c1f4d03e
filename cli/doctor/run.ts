import type { Command } from 'commander'
import { isQuiet } from '../../src/lib/lock.ts'
import type { Finding } from '../../src/store/checks.ts'
import { Failure } from '../lib/failure.ts'
import { openWhole } from '../lib/open.ts'
import { note, paint, print, printJson } from '../lib/output.ts'
import { clean } from '../lib/text.ts'
import { type Checked, checkMissing, checkPictures, checkUnowned, isUnmounted } from './files.ts'

/** `douyin doctor`. @throws Failure if something is wrong in the end */
export async function runDoctor(
  options: { fix?: true; json?: true },
  command: Command,
): Promise<void> {
  // A file that comes later may have a row that is still to come.
  const now = Date.now()
  await using opened = openWhole(command)
  const { data } = opened
  // A server, or `douyin seed`, writes files before their rows.
  const checked = { ...opened, quietSince: isQuiet(data, true) ? now : null }
  const found = await checkAll(checked, options.fix === true)
  const left = options.fix && found.length > 0 ? await checkAll(checked, false) : found
  const isReadable = left.every(({ what }) => what !== damaged)
  const notes = isReadable ? await opened.store.checks.names() : []
  if (options.json) printJson({ ok: left.length === 0, found, left, notes })
  else printFindings(found, left, notes)
  if (left.length === 0) return
  if (isReadable && (await isUnmounted(opened, left))) {
    throw new Failure(
      'Most videos are missing, so none is removed; is the disk with the videos mounted?',
    )
  }
  throw new Failure(
    options.fix
      ? 'Some of it could not be corrected.'
      : 'Something is wrong; --fix corrects what it can.',
  )
}

/** Every check in turn. If the database file is damaged, no other check means anything. */
export async function checkAll(checked: Checked, fix: boolean): Promise<readonly Finding[]> {
  const { checks } = checked.store
  const damage = await checks.integrity()
  if (damage.length > 0) return damage
  return [
    // Missing files first: what is removed because of them changes counts and leaves files unowned.
    ...(await checkMissing(checked, fix)),
    ...(await checkPictures(checked, fix)),
    ...(await checks.references(fix)),
    ...(await checks.counts(fix)),
    ...(await checks.search(fix)),
    ...(await checkUnowned(checked, fix)),
  ]
}

/** What the engine calls a file that it can't read. */
const damaged = 'the database file is damaged'

function printFindings(
  found: readonly Finding[],
  left: readonly Finding[],
  notes: readonly Finding[],
): void {
  if (found.length === 0) print('All is well.')
  const bad = new Set(left.map(({ what }) => what))
  for (const one of found) {
    printFinding(bad.has(one.what) ? paint.red('wrong') : paint.green('fixed'), one)
  }
  for (const one of notes) printFinding(paint.dim('note '), one)
  if (left.some(({ what }) => what === damaged)) {
    note(
      'Restore the last backup (douyin restore), or take what can be read with sqlite3 .recover.',
    )
  }
}

function printFinding(state: string, { what, rows, examples }: Finding): void {
  print(`${state}  ${what}: ${rows.toLocaleString('en')}`)
  for (const example of examples) print(`         ${clean(example)}`)
  if (rows > examples.length) print('         …')
}
