import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printJson } from '../../cli/lib/output.ts'
import { readOptions } from './options.ts'
import { chart } from './report/chart.ts'
import { machine, printReport, say } from './report/report.ts'
import { runAll } from './run.ts'
import { executable } from './servers/executable.ts'
import { pinNothing } from './servers/process.ts'
import { schemaVersion, seededWorld, standard, tiny } from './world/world.ts'

const options = readOptions(process.argv.slice(2))
if (options.unpinned) pinNothing()
const directory = mkdtempSync(join(tmpdir(), 'douyin-bench-'))
try {
  const binary = await executable(directory)
  const world = await seededWorld(binary, options.short ? tiny : standard, await schemaVersion())
  const { failures, ...report } = await runAll({ options, binary, world, directory })
  if (options.json) printJson({ machine: machine(), ...report })
  else printReport(report)
  if (options.svg) await Bun.write(options.svg, chart(report))
  for (const failure of failures) say(`FAILED ${failure}`)
  if (failures.length > 0) process.exitCode = 1
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
