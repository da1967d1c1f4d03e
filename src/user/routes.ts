import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { operation } from '../http/docs/operation.ts'
import { addressOf, originOf } from '../http/endpoint/caller.ts'
import { type Call, endpoint, rawEndpoint } from '../http/endpoint/endpoint.ts'
import { responseInit } from '../http/response/envelope.ts'
import type { Reader } from '../http/response/json-bytes.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'
import type { User } from '../store/user.ts'
import { createProfileEdit, type EditServices } from './edit/edit.ts'
import { pictureParts, update } from './edit/model.ts'
import { findAsked, findUser, findUserByName } from './find.ts'
import { followedAmong } from './follow-flags.ts'
import { endSession, sessionViews } from './login/devices.ts'
import { createLogin } from './login/login.ts'
import { password, sessions } from './login/model.ts'
import { login, logout, profile, register } from './model.ts'
import { profileJson, userView } from './view.ts'

/** `/douyin/user/…`: register, log in, show and edit a profile. */
export function userRoutes(ctx: EditServices & Pick<Context, 'bus'>) {
  const { users } = ctx.store
  const { register: registerUser, login: logIn, changePassword } = createLogin(ctx)
  const editProfile = createProfileEdit(ctx)
  const addressIn = ({ request, server }: Pick<Call, 'request' | 'server'>) =>
    addressOf(request, server, ctx.config)
  return new Elysia({ name: 'user', prefix: '/douyin/user' })
    .post(
      '/register/',
      ...endpoint(ctx, register, async (call) => {
        const { username, password, invite } = call.params
        const made = await registerUser(username, password, addressIn(call), invite)
        return { user_id: made.userId, token: made.token }
      }),
    )
    .post(
      '/login/',
      ...endpoint(ctx, login, async (call) => {
        const { username, password } = call.params
        const { userId, token } = await logIn(username, password, addressIn(call))
        return { user_id: userId, token }
      }),
    )
    .post(
      '/logout/',
      ...endpoint(ctx, logout, async ({ viewer, params }) => {
        await endSession(ctx.store.sessions, viewer, params.session_id)
        // The sockets that use it are not left for its next look at all sessions.
        ctx.bus.publish(viewer.id, () => ({ type: 'sessions' }))
        return {}
      }),
    )
    .post(
      '/password/',
      ...endpoint(ctx, password, async (call) => {
        const { old_password: old, new_password: fresh } = call.params
        await changePassword(call.viewer, { old, fresh }, addressIn(call))
        return {}
      }),
    )
    .post(
      '/update/',
      ...rawEndpoint(
        update,
        async ({ request, store }) => {
          const { server = null } = store
          const user = await findUser(users, await editProfile(request, server))
          return { user: userView(user, false, originOf(request, server, ctx.config)) }
        },
        operation(update, pictureParts),
      ),
    )
    .get(
      '/sessions/',
      ...endpoint(ctx, sessions, async ({ viewer }) => ({
        session_list: await sessionViews(ctx.store.sessions, viewer),
      })),
    )
    .get(
      '/',
      ...endpoint(ctx, profile, (call) => {
        const { user_id: id, name } = call.params
        const byName = id === undefined && name !== undefined
        const found = byName ? findUserByName(users, name) : findAsked(users, call)
        // The handler takes 1.9 instead of 2.2 µs with `await`.
        return after(found, (user) => respondProfile(ctx.store, call, user))
      }),
    )
}

function respondProfile(
  { relations }: Store,
  call: Reader & { viewer: { id: number } | null },
  user: User,
): Awaitable<Response> {
  return after(followedAmong(relations, call.viewer, [user.id]), (followed) => {
    const isFollow = followed.has(user.id) ? 1 : 0
    return new Response(profileJson(user, isFollow, call), responseInit)
  })
}
