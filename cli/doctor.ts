import { Command } from 'commander'
import { examples, jsonOption, later, settingOption } from './lib/options.ts'

/** `douyin doctor`: checks a data directory; exits with status 1 if something is wrong in the end. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check database, counts and files, also beside a running server')
    .option(
      '--fix',
      'correct wrong counts, draw missing covers again, remove videos whose file is gone and files that belong to nothing',
    )
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText(
      'after',
      '\nUsers whose names are compared as equal, taken before there was such a rule, are listed as a note.',
    )
    .addHelpText('after', examples('doctor', 'doctor --fix --data /srv/douyin', 'doctor --json'))
    .action(later(async () => (await import('./doctor/run.ts')).runDoctor))
}
