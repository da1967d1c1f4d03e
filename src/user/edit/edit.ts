import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { addressOf, type Server } from '../../http/endpoint/caller.ts'
import type { EndpointContext } from '../../http/endpoint/endpoint.ts'
import { networkOf } from '../../http/endpoint/limits.ts'
import { createConcurrencyLimit } from '../../lib/turns/concurrency.ts'
import type { Pictures } from '../../store/user.ts'
import { pictureParts } from './model.ts'
import { receiveEdit } from './receive.ts'

/** What editing a profile works with. */
export type EditServices = EndpointContext &
  Pick<Context, 'store' | 'blobs' | 'media'> & {
    /** Keeps room on the disk for what is uploaded. */
    readonly diskSpace: { admit(bytes: number, owner: number): Promise<Disposable> }
  }

/** Where each picture belongs, and the longest side that is kept of it, in pixels. */
const kinds = {
  avatar: { column: 'avatar', side: 512 },
  background_image: { column: 'background', side: 1440 },
} as const

/** Makes the function that changes a profile as a request says; it returns whose it is. */
export function createProfileEdit(services: EditServices) {
  const { store, blobs, media, diskSpace, config } = services
  const uploads = createConcurrencyLimit(config.uploadsPerAddress)

  /** Puts a picture into the blob store under a name that is new; returns that. */
  const keep = async (path: string, side: number): Promise<string> => {
    await media.picture(path, side, path)
    const name = `pictures/${nanoid()}.jpg`
    await blobs.put(name, path)
    return name
  }

  const apply = async (request: Request, server: Server | null, paths: Map<string, string>) => {
    using admissions = new DisposableStack()
    const admit = async (bytes: number, owner: number) =>
      void admissions.use(await diskSpace.admit(bytes, owner))
    const edit = await receiveEdit({ ...services, admit }, request, server, paths)
    const { userId, name, signature, pictures } = edit
    const changes: { -readonly [K in keyof Pictures]?: string } & {
      name?: string
      signature?: string
    } = {}
    if (name !== undefined) changes.name = name
    if (signature !== undefined) changes.signature = signature
    const kept: string[] = []
    try {
      for (const { name: part } of pictureParts) {
        const path = paths.get(part)
        if (path === undefined || !pictures.has(part)) continue
        const { column, side } = kinds[part]
        changes[column] = await keep(path, side)
        kept.push(changes[column])
      }
      for (const old of await store.users.update(userId, changes)) await blobs.remove(old)
    } catch (error) {
      // After a failure of the disk nobody knows whether the row names them: a sweep removes them
      // if it doesn't.
      if (error instanceof AppError) for (const name of kept) await blobs.remove(name)
      throw error
    }
    return userId
  }

  /**
   * Files first, then the row, then the files that it named before.
   * @throws AppError of receiveEdit, Media.picture, Blobs.put and Users.update; too_many_requests, busy
   */
  return (request: Request, server: Server | null): Promise<number> =>
    uploads.run(networkOf(addressOf(request, server, config)), async () => {
      const paths = new Map(pictureParts.map(({ name }) => [name as string, blobs.scratch()]))
      try {
        return await apply(request, server, paths)
      } finally {
        for (const path of paths.values()) await rm(path, { force: true })
      }
    })
}
