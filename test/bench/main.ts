import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printJson } from '../../cli/lib/output.ts'
import type { Run } from './bench.ts'
import { type Options, readOptions } from './options.ts'
import { runPaired } from './paired/paired.ts'
import { printPaired } from './paired/report.ts'
import { chart } from './report/chart.ts'
import { machine, printReport } from './report/report.ts'
import { say } from './report/say.ts'
import { runAll } from './run.ts'
import { executable } from './servers/executable.ts'
import { pinNothing } from './servers/process.ts'
import { type Size, schemaVersion, seededWorld, standard, tiny } from './world/world.ts'

const options = optionsOrExit()
if (options.unpinned) pinNothing()
const directory = mkdtempSync(join(tmpdir(), 'douyin-bench-'))
try {
  const binary = await executable(directory)
  const size = options.short ? tiny : standard
  const run = { options, binary, directory }
  const failures = options.vs === null ? await besideBare(run, size) : await besideOther(run, size)
  for (const failure of failures) say(`FAILED ${failure}`)
  if (failures.length > 0) process.exitCode = 1
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** What isn't understood is said in a sentence, before anything is built. */
function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    say((error as Error).message)
    process.exit(2)
  }
}

async function besideBare(run: Run, size: Size): Promise<readonly string[]> {
  const world = await seededWorld(run.binary, size, await schemaVersion())
  const { failures, ...report } = await runAll({ ...run, world })
  if (options.json) printJson({ machine: machine(), ...report })
  else printReport(report)
  if (options.svg) await Bun.write(options.svg, chart(report))
  return failures
}

async function besideOther(run: Run, size: Size): Promise<readonly string[]> {
  const { failures, ...report } = await runPaired(run, options.vs!, size)
  if (options.json) printJson({ machine: machine(), ...report })
  else printPaired(report)
  return failures
}
