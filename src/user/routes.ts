import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { respondEntries } from '../http/encoded.ts'
import { endpoint } from '../http/endpoint.ts'
import { init, opening } from '../http/envelope.ts'
import { encodeUser } from './card.ts'
import { followedBy } from './followed.ts'
import { login, profile, register } from './model.ts'
import { checkPassword, hashPassword } from './password.ts'
import { startSession } from './session.ts'

/** `/douyin/user/…`: register, log in, look at a profile. */
export const userRoutes = (ctx: Context) =>
  new Elysia({ name: 'user', prefix: '/douyin/user' })
    .post(
      '/register/',
      ...endpoint(ctx, register, async ({ params: { username, password } }) => {
        if (await ctx.store.users.byName(username)) throw new AppError('name_taken')
        const passwordHash = await hashPassword(password)
        const { id } = await ctx.store.users.create({ name: username, passwordHash })
        return { user_id: id, token: await startSession(ctx.store, id) }
      }),
    )
    .post(
      '/login/',
      ...endpoint(ctx, login, async ({ params: { username, password } }) => {
        const known = await ctx.store.users.credentials(username)
        const right = await checkPassword(password, known?.passwordHash ?? null)
        if (!known || !right) throw new AppError('wrong_credentials')
        const token = await startSession(ctx.store, known.id)
        // One session too many ends another one, and with it that device's sockets.
        ctx.bus.publish(known.id, { type: 'sessions' })
        return { user_id: known.id, token }
      }),
    )
    .get(
      '/',
      ...endpoint(ctx, profile, async (call) => {
        const { params, viewer } = call
        const { user_id: id = viewer.id, name } = params
        const byName = params.user_id === undefined && name !== undefined
        const user = await (byName ? ctx.store.users.byName(name) : ctx.store.users.byId(id))
        if (!user) throw new AppError('user_not_found')
        const followed = await followedBy(ctx.store, viewer, [user.id])
        const shown = encodeUser(user, followed.has(user.id) ? 1 : 0, call)
        return respondEntries(`${opening(call.language)},"user":`, [shown], '}', init)
      }),
    )
