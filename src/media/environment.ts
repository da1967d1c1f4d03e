/**
 * The environment of a process that parses strangers' files: what it needs to start, and none of the
 * server's secrets.
 */
export const bareEnvironment = () => ({
  PATH: process.env.PATH,
  LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
  SystemRoot: process.env.SystemRoot,
})
