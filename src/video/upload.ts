import { AppError } from '../errors.ts'
import { tokenOf, viewerOf } from '../http/endpoint/auth.ts'
import { mergeParams } from '../http/endpoint/body.ts'
import { addressOf, type Server } from '../http/endpoint/caller.ts'
import type { EndpointContext } from '../http/endpoint/endpoint.ts'
import { networkOf } from '../http/endpoint/limits.ts'
import { paramsReader, type RawParams } from '../http/endpoint/params.ts'
import { queryParams } from '../http/endpoint/query.ts'
import { receiveUpload } from '../http/upload/multipart.ts'
import type { AnonymousUploads } from './anonymous.ts'
import type { Admission, DiskSpace } from './disk-space.ts'
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
 * before its sender is known, within the bounds of all such. A token that comes first (query, header
 * or an earlier part) is checked before a byte is stored.
 * @param path of the file, which the caller removes
 * @throws AppError unauthorized, too_many_requests, missing, too_long, storage_full, and those of
 * receiveUpload
 */
export async function receiveVideo(
  ctx: EndpointContext & { readonly diskSpace: DiskSpace },
  anonymous: AnonymousUploads,
  request: Request,
  server: Server | null,
  path: string,
): Promise<Work> {
  const query = queryParams(request.url)
  const early = tokenOf(request, query) !== null
  const maxSize = ctx.config.maxUpload
  const length = Number(request.headers.get('content-length') ?? maxSize) || 0
  const room = Math.min(length, maxSize)
  using admissions = new DisposableStack()
  let admission: Admission | undefined
  const admitAs = async (owner: number | null) => {
    admission = admissions.use(await ctx.diskSpace.admit(room, owner))
  }
  const admitKnown = async (params: RawParams) => {
    const viewer = await viewerOf(request, params, 'required', ctx.authenticate)
    await admitAs(viewer?.id ?? null)
  }
  if (early) await admitKnown(query)
  // By default Bun disconnects whoever sends less than 16 KB/s.
  server?.timeout(request, uploadIdleSeconds)
  let unknown: ReturnType<AnonymousUploads['begin']> | undefined
  const admit = async (before: ReadonlyMap<string, string>) => {
    if (early) await viewerOf(request, mergeParams(query, before), 'required', ctx.authenticate)
    else if (before.has('token')) await admitKnown(mergeParams(query, before))
    else {
      unknown = anonymous.begin(networkOf(addressOf(request, server, ctx.config)))
      await admitAs(null)
    }
    return (bytes: number) => {
      unknown?.add(bytes)
      return admission?.add(bytes)
    }
  }
  const paths = new Map([['data', path]])
  const options = { paths, maxSize, tooLarge: 'video_too_large', admit } as const
  const { fields, files } = await receiveUpload(request, options).finally(() => unknown?.end())
  const params = mergeParams(query, fields)
  const viewer = await viewerOf(request, params, 'required', ctx.authenticate)
  if (!viewer) throw new AppError('unauthorized')
  ctx.limits.take('write', viewer, request, server)
  const { title } = readParams(params)
  const file = files.get('data')
  if (!file) throw new AppError('missing', { field: 'data' })
  return { authorId: viewer.id, title, source: { path, ...file } }
}
