import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { openingsOf } from '../http/response/envelope.ts'
import type { Reader } from '../http/response/json-bytes.ts'
import { type ListCall, respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import { tell } from '../notice/tell.ts'
import type { Page, PageRequest } from '../store/page.ts'
import type { Relations } from '../store/relation.ts'
import type { Store } from '../store/store.ts'
import type { User } from '../store/user.ts'
import { findAsked } from '../user/find.ts'
import { withFollowFlags } from '../user/follow-flags.ts'
import { userLists } from '../user/view.ts'
import {
  action,
  block,
  blockList,
  followerList,
  followList,
  friendList,
  misspeltFollowList,
} from './model.ts'
import { friendLists } from './view.ts'

/** `/douyin/relation/…`: follow, unfollow, list follows, followers and friends. */
export function relationRoutes(ctx: EndpointContext & Pick<Context, 'store' | 'bus'>) {
  const { relations } = ctx.store
  return new Elysia({ name: 'relation', prefix: '/douyin' })
    .post(
      '/relation/action/',
      ...endpoint(ctx, action, async ({ params, viewer }) => {
        if (params.to_user_id === viewer.id) throw new AppError('self_follow')
        const told = await relations.set(viewer.id, params.to_user_id, params.action_type === 1)
        tell(ctx.bus, told, viewer.id, 'follow')
        return {}
      }),
    )
    .post(
      '/relation/block/',
      ...endpoint(ctx, block, async ({ params, viewer }) => {
        if (params.to_user_id === viewer.id) throw new AppError('self_block')
        await relations.block(viewer.id, params.to_user_id, params.action_type === 1)
        return {}
      }),
    )
    .get(
      '/relation/block/list/',
      ...endpoint(ctx, blockList, (call) =>
        respondUsers(relations, call, (page) => relations.blocked(call.viewer.id, page)),
      ),
    )
    .get('/relation/follow/list/', ...userList(ctx, followList, relations.following))
    .get('/relatioin/follow/list/', ...userList(ctx, misspeltFollowList, relations.following))
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
          (friends) => withFollowFlags(relations, call, friendLists(friends)),
          // Not compressed: its size would tell one friend, who listens to the line, how the words of another
          // compare to their own.
          { zip: false },
        )
      }),
    )
}

const openings = openingsOf('user_list', '[')

type UserCall = ListCall & Reader & { readonly viewer: { readonly id: number } | null }

function userList(
  ctx: EndpointContext & { store: Store },
  declared: typeof followList,
  fetch: (userId: number, page: PageRequest) => Awaitable<Page<User>>,
) {
  const { users, relations } = ctx.store
  return endpoint(ctx, declared, (call) =>
    // The handler takes 3.3 instead of 4.0 µs with `await`.
    after(findAsked(users, call), ({ id }) =>
      respondUsers(relations, call, (page) => fetch(id, page)),
    ),
  )
}

const respondUsers = (
  relations: Relations,
  call: UserCall,
  fetch: (page: PageRequest) => Awaitable<Page<User>>,
): Awaitable<Response> =>
  respondWithList(call, openings, fetch, (found) =>
    withFollowFlags(relations, call, userLists(found)),
  )
