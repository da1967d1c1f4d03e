import { AppError } from '../errors.ts'
import { tokenOf, viewerOf } from '../http/endpoint/auth.ts'
import { mergeParams } from '../http/endpoint/body.ts'
import type { Server } from '../http/endpoint/caller.ts'
import type { EndpointContext } from '../http/endpoint/endpoint.ts'
import { paramsReader } from '../http/endpoint/params.ts'
import { queryParams } from '../http/endpoint/query.ts'
import { receiveUpload } from '../http/upload/multipart.ts'
import type { Source } from './ingest.ts'
import { publish } from './model.ts'

/** What is to be published, and by whom. */
export interface Work {
  readonly authorId: number
  readonly title: string
  readonly source: Source
}

/** An upload without a byte for so long is given up; a slow phone needs more than the default. */
const uploadIdleSeconds = 120

const readParams = paramsReader(publish.params)

/**
 * Receives `publish/action`: the token may come after a gigabyte of video, so the file goes to disk
 * before its sender is known. A token that comes first (query or header) is checked first.
 * @param path of the file, which the caller removes
 * @throws AppError unauthorized, too_many_requests, missing, too_long, and those of receiveUpload
 */
export async function receiveVideo(
  ctx: EndpointContext,
  request: Request,
  server: Server | null,
  path: string,
): Promise<Work> {
  const query = queryParams(request.url)
  const early = tokenOf(request, query) !== null
  if (early) await viewerOf(request, query, 'required', ctx.authenticate)
  // By default Bun disconnects whoever sends less than 16 KB/s.
  server?.timeout(request, uploadIdleSeconds)
  const maxSize = ctx.config.maxUpload
  const { fields, file } = await receiveUpload(request, { fileField: 'data', path, maxSize })
  const params = mergeParams(query, fields)
  const viewer = await viewerOf(request, params, 'required', ctx.authenticate)
  if (!viewer) throw new AppError('unauthorized')
  ctx.limits.take('write', viewer, request, server)
  const { title } = readParams(params)
  if (!file) throw new AppError('missing', { field: 'data' })
  return { authorId: viewer.id, title, source: { path, ...file } }
}
