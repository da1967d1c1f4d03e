import { rm } from 'node:fs/promises'
import type { Blobs } from '../blob/blob.ts'
import { AppError } from '../errors.ts'
import { type Viewer, viewerOf } from '../http/endpoint/auth.ts'
import type { EndpointContext } from '../http/endpoint/endpoint.ts'
import type { Server } from '../http/endpoint/forwarded.ts'
import { paramsReader } from '../http/endpoint/params.ts'
import { queryParams } from '../http/endpoint/query.ts'
import { receiveUpload } from '../http/upload/multipart.ts'
import { publish } from './model.ts'
import type { Source } from './publish.ts'

/** Seconds without a byte after which an upload counts as given up: a slow phone is no dead one. */
const patience = 120

const readParams = paramsReader(publish.params)

/**
 * Receives `publish/action`: the token may come after a gigabyte of video, so the file goes to disk
 * before its sender is known. A token that comes first (query or header) is checked first. The
 * caller uses up the source file.
 * @throws AppError unauthorized, missing, too_long, and those of receiveUpload
 */
export async function receiveVideo(
  ctx: EndpointContext & { blobs: Blobs },
  request: Request,
  server: (Server & { timeout?(request: Request, seconds: number): void }) | null,
): Promise<{ viewer: Viewer; title: string; source: Source }> {
  const query = queryParams(request.url)
  const early = query.has('token') || request.headers.has('authorization')
  if (early) await viewerOf(request, query, 'required', ctx.authenticate)
  // The server's general rule would cut whoever sends less than 16 KB/s.
  server?.timeout?.(request, patience)
  const path = ctx.blobs.scratch()
  try {
    const maxSize = ctx.config.maxUpload
    const { fields, file } = await receiveUpload(request, { fileField: 'data', path, maxSize })
    const params = new Map<string, unknown>([...query, ...fields])
    const viewer = await viewerOf(request, params, 'required', ctx.authenticate)
    ctx.limits.take('write', viewer, request, server)
    const { title } = readParams(params)
    if (!file) throw new AppError('missing', { field: 'data' })
    return { viewer: viewer!, title, source: { path, ...file } }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
