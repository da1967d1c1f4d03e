import { Command } from 'commander'
import type { RestoreOptions } from './backup/restore.ts'
import { examples, settingOption } from './lib/options.ts'

/** `douyin restore DIR`: turns a backup into a data directory. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('restore a data directory from a backup')
    .argument('<dir>', 'the backup')
    .option('--force', 'replace what is in the data directory')
    .addOption(settingOption('data'))
    .addHelpText('after', examples('restore /mnt/backup --data /srv/douyin', 'restore b --force'))
    .action(async (directory: string, options: RestoreOptions, command: Command) => {
      const { runRestore } = await import('./backup/restore.ts')
      await runRestore(directory, options, command)
    })
}
