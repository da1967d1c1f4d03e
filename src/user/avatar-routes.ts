import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { readInteger } from '../http/endpoint/integer.ts'
import { languageOf } from '../http/endpoint/language.ts'
import { refuse } from '../http/response/envelope.ts'
import { fileHeaders, matches } from '../http/server/files.ts'
import type { Users } from '../store/user.ts'
import { drawAvatar, drawBackground } from './avatar.ts'

type Draw = (userId: number) => Uint8Array | Promise<Uint8Array>

/** Pictures of each kind kept once drawn: a few KB each. */
const kept = 256

/** `/avatars/ID.png` and `/backgrounds/ID.jpg` of every user there is. */
export const portraitRoutes = ({ store: { users } }: { store: { users: Users } }) => {
  const avatar = portrait(users, 'png', drawAvatar)
  const background = portrait(users, 'jpg', drawBackground)
  return new Elysia({ name: 'portraits' })
    .get('/avatars/:name', ({ request, params }) => avatar(request, params.name))
    .head('/avatars/:name', ({ request, params }) => avatar(request, params.name))
    .get('/backgrounds/:name', ({ request, params }) => background(request, params.name))
    .head('/backgrounds/:name', ({ request, params }) => background(request, params.name))
}

function portrait(users: Users, extension: 'png' | 'jpg', draw: Draw) {
  const drawn = new Map<number, Uint8Array>()
  const picture = async (id: number) => {
    const known = drawn.get(id)
    if (known) return known
    const bytes = await draw(id)
    if (drawn.size >= kept) drawn.delete(drawn.keys().next().value as number)
    drawn.set(id, bytes)
    return bytes
  }
  return async (request: Request, name: string): Promise<Response> => {
    const id = name.endsWith(`.${extension}`) ? readInteger(name.slice(0, -4)) : null
    if (id === null || !(await users.byId(id))) {
      return refuse(new AppError('not_found'), languageOf(request))
    }
    const headers = fileHeaders(extension, `${extension}-${id}`)
    if (matches(request, headers.etag)) return new Response(null, { status: 304, headers })
    return new Response((await picture(id)) as Uint8Array<ArrayBuffer>, { headers })
  }
}
