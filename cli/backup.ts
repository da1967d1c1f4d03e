import { Command } from 'commander'
import { settingOptions } from './settings.ts'
import { examples } from './ui.ts'

/** `douyin backup DIR`: a copy of a data directory, whoever works with it meanwhile. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('copy everything to a directory, also beside a running server')
    .argument('<dir>', 'where to; a backup that is there already is brought up to date')
    .addOption(settingOptions('data')[0]!)
    .addHelpText(
      'after',
      `
Videos are hard links where that directory is on the same disk (they never change), else copies.
A backup that was cut short is taken up again where it stopped; until it is done, the one before it
stays whole.
${examples('backup /mnt/backup', 'backup /mnt/backup --data /srv/douyin')}`,
    )
    .action(async (directory: string, _: object, command: Command) => {
      const { runBackup } = await import('./backup/run.ts')
      await runBackup(directory, command)
    })
}
