import { join } from 'node:path'
import type { Run } from '../bench.ts'
import { idsOf } from '../cases/bare-loop.ts'
import type { Case } from '../cases/cases.ts'
import type { Cast } from '../world/cast.ts'
import type { MinimalOptions } from './minimal-server.ts'
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

/**
 * The minimal server of a write, on its core.
 * @param data a directory that nobody else has open
 * @param captured the path of the responses that it is to give
 */
export async function startMinimal(
  { directory }: Run,
  data: string,
  one: Case,
  cast: Cast,
  captured: string,
): Promise<Measured> {
  const file = join(directory, 'minimal.json')
  const options: MinimalOptions = { directory: data, kind: one.name, ids: idsOf(cast), captured }
  await Bun.write(file, JSON.stringify(options))
  return startServer([process.execPath, join(import.meta.dir, 'minimal-server.ts'), file], 'server')
}
