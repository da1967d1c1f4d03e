import { type Measured, startServer } from './process.ts'

/** Our server on a directory, on its core unless told otherwise. */
export const serve = (
  binary: string,
  data: string,
  core: 'server' | 'any' = 'server',
): Promise<Measured> =>
  startServer(
    [binary, 'serve', '--host', '127.0.0.1', '--port', '0', '--data', data, '--log', 'off'],
    core,
  )
