import { Command } from 'commander'
import { settingOptions } from './settings.ts'
import { examples } from './ui.ts'

/** What `doctor` was asked for. */
export interface DoctorOptions {
  readonly fix?: true
  readonly json?: true
}

/** `douyin doctor`: whether all is well in a data directory; status 1 if something is not. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check the data directory: database, counts, files; also beside a running server')
    .option('--fix', 'count again what is counted wrong, remove what belongs to nothing')
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('doctor', 'doctor --fix --data /srv/douyin', 'doctor --json'))
    .action(async (options: DoctorOptions, command: Command) => {
      const { runDoctor } = await import('./doctor/run.ts')
      await runDoctor(options, command)
    })
}
