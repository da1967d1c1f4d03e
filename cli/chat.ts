import { Command, Option } from 'commander'
import type { Credentials } from './login.ts'
import { examples } from './ui.ts'

/** What `douyin chat` was asked for. */
export interface ChatOptions extends Credentials {
  readonly server: string
  readonly history: string
}

/** `douyin chat`: a conversation in the terminal, pushed by the server as it goes on. */
export function chatCommand(): Command {
  return new Command('chat')
    .description('talk with somebody')
    .argument('<name-or-id>', 'with whom')
    .addOption(
      new Option('--server <url>', 'where').env('DOUYIN_SERVER').default('http://127.0.0.1:8080'),
    )
    .addOption(new Option('--user <name>', 'who you are').env('DOUYIN_USER'))
    .addOption(new Option('--password <password>', 'of that user').env('DOUYIN_PASSWORD'))
    .addOption(new Option('--token <token>', 'instead of user and password').env('DOUYIN_TOKEN'))
    .option('--history <number>', 'how many of the last messages to begin with', '20')
    .addHelpText(
      'after',
      `
What you type is sent line by line, and kept until the server has it on disk: after a broken
connection it goes on where it was. In a pipe each message is a line of JSON, each line of the input
is sent, and the command ends when the input has ended and all of it is stored.`,
    )
    .addHelpText(
      'after',
      examples(
        'chat bob --user alice',
        'echo "build done" | douyin chat bob --user ci --server http://192.168.1.7:8080',
      ),
    )
    .action(async (who: string, options: ChatOptions) => {
      const { chat } = await import('./chat/run.ts')
      await chat(who, options)
    })
}
