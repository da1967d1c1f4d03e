import { Command } from 'commander'
import { settingOptions } from './settings.ts'
import { examples } from './ui.ts'

/** `douyin restore DIR`: makes a data directory of a backup. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('make a data directory of a backup')
    .argument('<dir>', 'the backup')
    .option('--force', 'replace what is in the data directory')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('restore /mnt/backup --data /srv/douyin', 'restore b --force'))
    .action(async (directory: string, options: { force?: true }, command: Command) => {
      const { runRestore } = await import('./restore/run.ts')
      await runRestore(directory, options, command)
    })
}
