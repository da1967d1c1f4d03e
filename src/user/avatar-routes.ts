import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { readInteger } from '../http/endpoint/params.ts'
import { fileHandler, fileHeaders, matches } from '../http/server/files.ts'
import type { Users } from '../store/user.ts'
import { drawAvatar, drawBackground } from './avatar.ts'

type Draw = (userId: number) => Uint8Array | Promise<Uint8Array>

/** Pictures of each kind kept once drawn: a few KB each. */
const kept = 256

/** `/avatars/ID.png` and `/backgrounds/ID.jpg` of every user there is. */
export const avatarRoutes = ({ store: { users } }: { store: { users: Users } }) => {
  const avatar = pictureHandler(users, 'png', drawAvatar)
  const background = pictureHandler(users, 'jpg', drawBackground)
  return new Elysia({ name: 'avatars' })
    .get('/avatars/:name', avatar)
    .head('/avatars/:name', avatar)
    .get('/backgrounds/:name', background)
    .head('/backgrounds/:name', background)
}

function pictureHandler(users: Users, extension: 'png' | 'jpg', draw: Draw) {
  const drawn = new Map<number, Uint8Array>()
  const picture = async (id: number) => {
    const known = drawn.get(id)
    if (known) return known
    const bytes = await draw(id)
    if (drawn.size >= kept) drawn.delete(drawn.keys().next().value as number)
    drawn.set(id, bytes)
    return bytes
  }
  return fileHandler('\\d+', extension, async (request, stem) => {
    const id = readInteger(stem)
    if (id === null || !(await users.byId(id))) throw new AppError('not_found')
    const headers = fileHeaders(extension, `${extension}-${id}`)
    if (matches(request, headers.etag)) return new Response(null, { status: 304, headers })
    return new Response((await picture(id)) as Uint8Array<ArrayBuffer>, { headers })
  })
}
