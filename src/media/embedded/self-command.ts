/** The hidden subcommand that makes a process a media child; see `runMediaChild`. */
export const mediaCommand = '__media'

/** The command that starts a media child: this executable, or its entry in the source tree. */
export const selfCommand = (): string[] =>
  Bun.isStandaloneExecutable
    ? [process.execPath, mediaCommand]
    : [process.execPath, `${import.meta.dir}/child/main.ts`, mediaCommand]
