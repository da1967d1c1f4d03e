import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { done, type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Page, PageRequest } from '../store/page.ts'
import type { Store } from '../store/store.ts'
import type { User } from '../store/user.ts'
import { viewPeople } from '../user/followed.ts'
import { subjectOf } from '../user/subject.ts'
import { showUsers } from '../user/view.ts'
import { action, followerList, followList, friendList } from './model.ts'
import { showFriends } from './view.ts'

/** `/douyin/relation/…`: follow, unfollow, list follows, followers and friends. */
export const relationRoutes = (ctx: EndpointContext & { store: Store }) => {
  const { relations } = ctx.store
  const following = userList(ctx, followList, relations.following)
  return (
    new Elysia({ name: 'relation', prefix: '/douyin' })
      .post(
        '/relation/action/',
        ...endpoint(ctx, action, ({ params, viewer }) => {
          if (params.to_user_id === viewer.id) throw new AppError('self_follow')
          return after(relations.set(viewer.id, params.to_user_id, params.action_type === 1), done)
        }),
      )
      .get('/relation/follow/list/', ...following)
      // The spec's own spelling, which clients written from it use.
      .get('/relatioin/follow/list/', ...following)
      .get('/relation/follower/list/', ...userList(ctx, followerList, relations.followers))
      .get(
        '/relation/friend/list/',
        ...endpoint(ctx, friendList, (call) => {
          const { id } = call.viewer
          if ((call.params.user_id ?? id) !== id) throw new AppError('forbidden')
          const mutual = ctx.config.friends === 'mutual'
          return respondWithList(
            call,
            openings,
            (page) => relations.friends(id, mutual, page),
            (friends) => viewPeople(ctx.store, call, showFriends(friends)),
          )
        }),
      )
  )
}

const openings = openingsOf('user_list', '[')

function userList(
  ctx: EndpointContext & { store: Store },
  declared: typeof followList,
  fetch: (userId: number, page: PageRequest) => Awaitable<Page<User>>,
) {
  return endpoint(ctx, declared, (call) =>
    after(subjectOf(ctx.store, call), (userId) =>
      respondWithList(
        call,
        openings,
        (page) => fetch(userId, page),
        (users) => viewPeople(ctx.store, call, showUsers(users)),
      ),
    ),
  )
}
