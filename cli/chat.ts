import { Command } from 'commander'
import { examples, later, loginOptions, wholeNumber } from './lib/options.ts'

/** `douyin chat`: a conversation in the terminal; the server pushes new messages. */
export function chatCommand(): Command {
  const command = new Command('chat')
    .description('chat with a user')
    .argument('<name-or-id>', 'name or id of the user to chat with')
  for (const option of loginOptions()) command.addOption(option)
  return command
    .option(
      '--history <number>',
      'earlier messages shown at the start',
      wholeNumber(0, 999_999),
      20,
    )
    .addHelpText(
      'after',
      `
Each line that you type is sent as a message. After a lost connection the command connects again and
sends what the server has not stored yet.
With a password the command has a session of its own, which ends with it.
In a pipe, each line of the input is sent and each message is printed as a line of JSON; the command
ends when the input has ended and all of it is stored.`,
    )
    .addHelpText(
      'after',
      examples(
        'chat bob --user alice',
        'echo "build done" | douyin chat bob --user ci --server http://192.168.1.7:8080',
      ),
    )
    .action(later(async () => (await import('./chat/run.ts')).chat))
}
