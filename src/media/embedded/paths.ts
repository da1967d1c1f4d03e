/**
 * The URL of an entry point of this folder. The build keeps each extra entry point at its path below
 * the root of the repository, while the main bundle, so this module, lies at the root.
 */
const entry = (name: string): string =>
  Bun.pathToFileURL(
    Bun.isStandaloneExecutable
      ? `${import.meta.dir}/src/media/embedded/${name}.js`
      : `${import.meta.dir}/${name}.ts`,
  ).href

export const workerURL = entry('worker')
export const coreURL = entry('core')

/** The hidden subcommand that makes a process a media child; see `runMediaChild`. */
export const MEDIA_COMMAND = '__media'

/** The command that starts a media child: this executable, or its entry in the source tree. */
export const selfCommand = (): string[] =>
  Bun.isStandaloneExecutable
    ? [process.execPath, MEDIA_COMMAND]
    : [process.execPath, `${import.meta.dir}/main.ts`, MEDIA_COMMAND]
