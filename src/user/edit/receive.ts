import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { viewerOf } from '../../http/endpoint/auth.ts'
import { gatherParams, mergeParams } from '../../http/endpoint/body.ts'
import type { Server } from '../../http/endpoint/caller.ts'
import type { EndpointContext } from '../../http/endpoint/endpoint.ts'
import { paramsReader, type RawParams } from '../../http/endpoint/params.ts'
import { queryParams } from '../../http/endpoint/query.ts'
import { receiveUpload } from '../../http/upload/multipart.ts'
import { nameKey } from '../../lib/text/name-key.ts'
import { update } from './model.ts'

/** What somebody wants to change; the files are at the paths that were given for their fields. */
export interface Edit {
  readonly userId: number
  readonly name: string | undefined
  readonly signature: string | undefined
  readonly pictures: ReadonlySet<string>
}

/** Largest file of a picture. */
export const maxPictureBytes = 10 << 20

/** An upload without a byte for so long is given up; a slow phone needs more than the default. */
const uploadIdleSeconds = 120

const readParams = paramsReader(update.params)

/**
 * Receives a change of the profile in any form. No byte of a picture is stored before its sender is
 * known, nor is room on the disk kept for it, so the token comes first.
 * @param paths of the files, by field, which the caller removes
 * @throws AppError unauthorized, too_many_requests, missing, invalid, too_long, and those of receiveUpload
 */
export async function receiveEdit(
  ctx: EndpointContext &
    Pick<Context, 'store'> & { admit(bytes: number, owner: number): Promise<void> },
  request: Request,
  server: Server | null,
  paths: ReadonlyMap<string, string>,
): Promise<Edit> {
  const identify = (params: RawParams) => viewerOf(request, params, 'required', ctx.authenticate)
  const length = Number(request.headers.get('content-length') ?? maxPictureBytes) || 0
  const admit = async (params: RawParams) => {
    const viewer = await identify(params)
    if (viewer) await ctx.admit(Math.min(length, maxPictureBytes), viewer.id)
  }
  const { params, pictures } = await receive(request, server, paths, admit)
  const viewer = await identify(params)
  if (!viewer) throw new AppError('unauthorized')
  ctx.limits.take('write', viewer, request, server)
  const { name, signature } = textsIn(params)
  if (name === undefined && signature === undefined && pictures.size === 0) {
    // An empty name is none, and the one that the person looks at.
    const field = params.get('name') === undefined ? 'signature' : 'name'
    throw new AppError('missing', { field })
  }
  return { userId: viewer.id, name, signature, pictures }
}

async function receive(
  request: Request,
  server: Server | null,
  paths: ReadonlyMap<string, string>,
  admitOne: (params: RawParams) => Promise<void>,
): Promise<{ params: RawParams; pictures: ReadonlySet<string> }> {
  if (!/^multipart\//i.test(request.headers.get('content-type') ?? '')) {
    return { params: await gatherParams(request), pictures: new Set() }
  }
  const query = () => queryParams(request.url)
  server?.timeout(request, uploadIdleSeconds)
  const admit = async (before: ReadonlyMap<string, string>) => {
    await admitOne(mergeParams(query(), before))
    return () => {}
  }
  const options = { paths, maxSize: maxPictureBytes, tooLarge: 'picture_too_large', admit } as const
  const { fields, files } = await receiveUpload(request, options)
  return { params: mergeParams(query(), fields), pictures: new Set(files.keys()) }
}

/** The texts that were sent; a signature that is there and empty is to be cleared. */
function textsIn(params: RawParams): Pick<Edit, 'name' | 'signature'> {
  const given = params.get('signature')
  // A form ends its lines with two characters, of which the person has typed one.
  const typed = typeof given === 'string' ? given.replaceAll('\r\n', '\n') : given
  const { name, signature } = readParams({
    get: (field) => (field === 'signature' ? typed : params.get(field)),
  })
  // What nobody can see nobody could tell from another such name.
  if (name !== undefined && nameKey(name) === '') throw new AppError('invalid', { field: 'name' })
  return { name, signature: typeof typed === 'string' && typed.trim() === '' ? '' : signature }
}
