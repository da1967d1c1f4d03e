/**
 * The URL of a module of this folder that is an entry point of the build. The build keeps each extra
 * entry point at its path below the root of the repository, while the main bundle, which this module
 * becomes a part of, lies at the root.
 */
const entryURL = (name: string): string =>
  Bun.pathToFileURL(
    Bun.isStandaloneExecutable
      ? `${import.meta.dir}/src/media/embedded/child/${name}.js`
      : `${import.meta.dir}/${name}.ts`,
  ).href

export const workerURL = entryURL('worker')
export const coreURL = entryURL('core')
