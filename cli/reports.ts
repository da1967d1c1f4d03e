import { Command } from 'commander'
import {
  asDefault,
  examples,
  jsonOption,
  later,
  settingOption,
  wholeNumber,
} from './lib/options.ts'

/** `douyin reports`: lists what people have reported, and notes what was dealt with. */
export function reportsCommand(): Command {
  return new Command('reports')
    .description('list what people have reported, and note what was dealt with')
    .addCommand(asDefault(listCommand()), { isDefault: true })
    .addCommand(resolveCommand())
    .addHelpText('after', '\nWithout a command, `douyin reports` is `douyin reports list`.')
    .addHelpText('after', examples('reports', 'reports list --all --json', 'reports resolve 7'))
}

function listCommand(): Command {
  return new Command('list')
    .description('list reports that are open, oldest first')
    .option('--all', 'also those that were dealt with')
    .option('--limit <number>', 'reports listed at most; 0 for all', wholeNumber(0, 1e9), 50)
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('reports', 'reports list --all --json'))
    .action(later(async () => (await import('./reports/list.ts')).listReports))
}

function resolveCommand(): Command {
  return new Command('resolve')
    .description('note that a report was dealt with')
    .argument('<id>', 'id of the report', wholeNumber(1, 1e12 - 1))
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('reports resolve 7'))
    .action(later(async () => (await import('./reports/resolve.ts')).resolveReport))
}
