import { Elysia } from 'elysia'
import type { Bus } from '../bus/bus.ts'
import { AppError } from '../errors.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { addressOf } from '../http/endpoint/forwarded.ts'
import { responseInit } from '../http/response/envelope.ts'
import { after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'
import { followedBy } from './followed.ts'
import { createAccounts } from './login/login.ts'
import { login, profile, register } from './model.ts'
import { encodeProfile } from './view.ts'

/** `/douyin/user/…`: register, log in, look at a profile. */
export const userRoutes = (ctx: EndpointContext & { store: Store; bus: Bus }) => {
  const accounts = createAccounts(ctx)
  const enter = (how: 'register' | 'login', declared: typeof register) =>
    endpoint(ctx, declared, async ({ params: { username, password }, request, server }) => {
      const address = addressOf(request, server, ctx.config)
      const { userId, token } = await accounts[how](username, password, address)
      return { user_id: userId, token }
    })
  return new Elysia({ name: 'user', prefix: '/douyin/user' })
    .post('/register/', ...enter('register', register))
    .post('/login/', ...enter('login', login))
    .get(
      '/',
      ...endpoint(ctx, profile, (call) => {
        const { params, viewer } = call
        const { user_id: id = viewer.id, name } = params
        const byName = params.user_id === undefined && name !== undefined
        return after(byName ? ctx.store.users.byName(name) : ctx.store.users.byId(id), (user) => {
          if (!user) throw new AppError('user_not_found')
          return after(
            followedBy(ctx.store, viewer, [user.id]),
            (followed) =>
              new Response(encodeProfile(user, followed.has(user.id) ? 1 : 0, call), responseInit),
          )
        })
      }),
    )
}
