import { Command } from 'commander'
import { examples, later, path, settingOption } from './lib/options.ts'

/** `douyin backup DIR`: a whole copy of a data directory that may be in use. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the whole data directory, also beside a running server')
    .argument(
      '<dir>',
      'where to: a new or empty directory, or an earlier backup, which is updated',
      path,
    )
    .addOption(settingOption('data'))
    .addHelpText(
      'after',
      `
Videos are hard links if the target is on the same disk (they never change), else copies.
An interrupted backup continues where it stopped; until it is complete, the previous one stays valid.
${examples('backup /mnt/backup', 'backup /mnt/backup --data /srv/douyin')}`,
    )
    .action(later(async () => (await import('./backup/run.ts')).runBackup))
}

/** `douyin restore DIR`: turns a backup into a data directory. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('restore a data directory from a backup')
    .argument('<dir>', 'the backup', path)
    .option('--force', 'replace what is in the data directory')
    .addOption(settingOption('data'))
    .addHelpText('after', examples('restore /mnt/backup --data /srv/douyin', 'restore b --force'))
    .action(later(async () => (await import('./backup/restore.ts')).runRestore))
}
