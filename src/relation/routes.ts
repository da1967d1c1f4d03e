import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { endpoint } from '../http/endpoint.ts'
import { answerList } from '../http/list.ts'
import type { Page, PageRequest, User } from '../store/store.ts'
import { encodeUsers } from '../user/card.ts'
import { followedBy } from '../user/followed.ts'
import { subjectOf } from '../user/subject.ts'
import { encodeFriends } from './card.ts'
import { action, followerList, followList, friendList } from './model.ts'

/** `/douyin/relation/…`: follow, unfollow, list follows, followers and friends. */
export const relationRoutes = (ctx: Context) => {
  const { relations } = ctx.store
  const following = userList(ctx, followList, relations.following)
  return (
    new Elysia({ name: 'relation', prefix: '/douyin' })
      .post(
        '/relation/action/',
        ...endpoint(ctx, action, async ({ params, viewer }) => {
          if (params.to_user_id === viewer.id) throw new AppError('self_follow')
          await relations.set(viewer.id, params.to_user_id, params.action_type === 1)
          return {}
        }),
      )
      .get('/relation/follow/list/', ...following)
      // The spec's own spelling, which clients written from it use.
      .get('/relatioin/follow/list/', ...following)
      .get('/relation/follower/list/', ...userList(ctx, followerList, relations.followers))
      .get(
        '/relation/friend/list/',
        ...endpoint(ctx, friendList, async (call) => {
          const { id } = call.viewer
          if ((call.params.user_id ?? id) !== id) throw new AppError('forbidden')
          const mutual = ctx.config.friends === 'mutual'
          return answerList(
            call,
            'user_list',
            (page) => relations.friends(id, mutual, page),
            async (friends) => {
              const ids = friends.map(({ user }) => user.id)
              return encodeFriends(friends, await followedBy(ctx.store, call.viewer, ids), call)
            },
          )
        }),
      )
  )
}

function userList(
  ctx: Context,
  declared: typeof followList,
  fetch: (userId: number, page: PageRequest) => Promise<Page<User>>,
) {
  return endpoint(ctx, declared, async (call) => {
    const userId = await subjectOf(ctx.store, call)
    return answerList(
      call,
      'user_list',
      (page) => fetch(userId, page),
      async (users) => {
        const ids = users.map((user) => user.id)
        return encodeUsers(users, await followedBy(ctx.store, call.viewer, ids), call)
      },
    )
  })
}
