import { Command, Option } from 'commander'
import { yesOrNo } from '../src/config.ts'
import { Failure } from './lib/failure.ts'
import { allSettingOptions, examples } from './lib/options.ts'
import { printJsonLines } from './lib/output.ts'
import { readConfig } from './lib/settings.ts'

/** `douyin serve`: the service, until Ctrl-C or SIGTERM. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('run the service')
    .addOption(
      new Option('--demo', 'fill an empty data directory with demo data first').env('DOUYIN_DEMO'),
    )
    .addHelpText(
      'after',
      examples(
        'serve --demo',
        'serve --port 0 --host 127.0.0.1',
        'DOUYIN_DATA=/srv/douyin douyin serve --public-url https://video.example.com',
      ),
    )
    .action(async ({ log }: { log: string }) => {
      // What is wrong with the other settings is a line of the log too.
      if (log === 'json') printJsonLines()
      // For commander a variable that is there says yes, whatever is in it.
      const isFlag = command.getOptionValueSource('demo') === 'cli'
      const demo = isFlag || readDemo(process.env.DOUYIN_DEMO ?? '')
      const { serve } = await import('./serve/run.ts')
      await serve(readConfig(command), demo)
    })
  for (const option of allSettingOptions()) command.addOption(option)
  return command
}

/** @throws Failure with a sentence that names the variable */
function readDemo(text: string): boolean {
  try {
    return yesOrNo(text)
  } catch (error) {
    throw new Failure(`DOUYIN_DEMO: ${(error as Error).message}`, 2)
  }
}
