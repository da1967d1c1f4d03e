import { Command } from 'commander'
import { examples, jsonOption, later } from './lib/options.ts'

/** `douyin licenses`: the license of this program, and those of everything packed into it. */
export function licensesCommand(): Command {
  return new Command('licenses')
    .description('print the license of this program and those of the packages in it')
    .addOption(jsonOption())
    .addHelpText('after', examples('licenses | less', 'licenses --json'))
    .action(later(async () => (await import('./licenses/run.ts')).printLicenses))
}
