import { Command } from 'commander'
import { examples, jsonOption } from './lib/options.ts'
import type { LicensesOptions } from './licenses/run.ts'

/** `douyin licenses`: the license of this program, and those of everything packed into it. */
export function licensesCommand(): Command {
  return new Command('licenses')
    .description('print the license of this program and those of the packages in it')
    .addOption(jsonOption())
    .addHelpText('after', examples('licenses | less', 'licenses --json'))
    .action(async (options: LicensesOptions) => {
      const { printLicenses } = await import('./licenses/run.ts')
      await printLicenses(options)
    })
}
