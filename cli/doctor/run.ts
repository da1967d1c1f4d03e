import type { Command } from 'commander'
import { isQuiet } from '../../src/lib/lock.ts'
import type { Finding } from '../../src/store/checks.ts'
import { Failure } from '../lib/failure.ts'
import { openWhole } from '../lib/open.ts'
import { note, paint, print, printJson } from '../lib/output.ts'
import { checkFiles } from './files.ts'
import type { Patient } from './patient.ts'

/** Options of `douyin doctor`. */
export interface DoctorOptions {
  readonly fix?: true
  readonly json?: true
}

/** `douyin doctor`. @throws Failure if something is wrong in the end */
export async function runDoctor(options: DoctorOptions, command: Command): Promise<void> {
  // Whatever is younger may be a file whose row is still to come.
  const now = Date.now()
  await using opened = openWhole(command)
  const { data } = opened
  // A server that runs, or a seed, writes files before their rows.
  const patient = { ...opened, quietSince: isQuiet(data, true) ? now : null }
  const found = await examine(patient, options.fix === true)
  const left = options.fix && found.length > 0 ? await examine(patient, false) : found
  if (options.json) printJson({ ok: left.length === 0, found, left })
  else tell(found, left)
  if (left.length === 0) return
  throw new Failure(
    options.fix
      ? 'Not all of it could be put right.'
      : 'Something is wrong; --fix mends what it can.',
  )
}

/** Every check in turn. Where the file itself is damaged, nothing else can be believed. */
export async function examine(patient: Patient, fix: boolean): Promise<readonly Finding[]> {
  const { checks } = patient.store
  const damage = await checks.integrity()
  if (damage.length > 0) return damage
  return [
    // Files first: what is taken away with them is then counted, and its own files are unowned.
    ...(await checkFiles.missing(patient, fix)),
    ...(await checks.references(fix)),
    ...(await checks.counts(fix)),
    ...(await checkFiles.unowned(patient, fix)),
  ]
}

function tell(found: readonly Finding[], left: readonly Finding[]): void {
  if (found.length === 0) print('All is well.')
  const bad = new Set(left.map(({ what }) => what))
  for (const { what, rows, examples } of found) {
    const state = bad.has(what) ? paint.red('wrong') : paint.green('fixed')
    print(`${state}  ${what}: ${rows.toLocaleString('en')}`)
    for (const example of examples) print(`         ${example}`)
    if (rows > examples.length) print('         …')
  }
  if (left.some(({ what }) => what === 'the database file is damaged')) {
    note(
      'Restore the last backup (douyin restore), or take what can be read with sqlite3 .recover.',
    )
  }
}
