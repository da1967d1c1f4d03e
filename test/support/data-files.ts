import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestServer } from './server.ts'

/** The files of a data directory, folder by folder. */
export function filesOf(server: TestServer) {
  const of = (folder: string) => readdirSync(join(server.ctx.config.data, folder)).toSorted()
  return { videos: of('videos'), covers: of('covers'), sources: of('sources'), tmp: of('tmp') }
}
