import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { readInteger } from '../http/endpoint/params.ts'
import { fileHandler, fileHeaders, matches } from '../http/server/files.ts'
import type { Awaitable } from '../lib/awaitable.ts'
import type { Users } from '../store/user.ts'
import { drawAvatar, drawBackground } from './avatar.ts'
import { createDrawnPictures } from './drawn-pictures.ts'

type Draw = (userId: number) => Awaitable<Uint8Array>

/** `/avatars/ID.png` and `/backgrounds/ID.jpg` of every user. */
export function avatarRoutes({ store: { users } }: { store: { users: Users } }) {
  const avatar = pictureHandler(users, 'png', drawAvatar)
  const background = pictureHandler(users, 'jpg', drawBackground)
  return new Elysia({ name: 'avatars' })
    .get('/avatars/:name', avatar)
    .head('/avatars/:name', avatar)
    .get('/backgrounds/:name', background)
    .head('/backgrounds/:name', background)
}

function pictureHandler(users: Users, extension: 'png' | 'jpg', draw: Draw) {
  const pictureOf = createDrawnPictures(draw)
  return fileHandler('\\d+', extension, async (request, stem) => {
    const id = readInteger(stem)
    if (id === null || !(await users.byId(id))) throw new AppError('not_found')
    const headers = fileHeaders(extension, `${extension}-${id}`)
    if (matches(request, headers.etag)) return new Response(null, { status: 304, headers })
    return new Response(await pictureOf(id), { headers })
  })
}
