import type { AuthWorld } from './auth-world.ts'

export type Params = Record<string, string | number>

/** What a route answers to its owner, to another user, and to whoever is neither. */
export interface Row {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly params: (world: AuthWorld) => Params
  readonly owner: number
  readonly other: number
  /** What somebody without a token gets: 1005 where one is needed. */
  readonly guest: number
  /** What somebody gets whose token isn't valid: 1005 but of the feed. */
  readonly outsider: number
}

type Codes = readonly [owner: number, other: number, guest: number]

const row =
  (method: Row['method']) =>
  (path: string, [owner, other, guest]: Codes, params: Row['params']): Row => ({
    ...{ method, path, params, owner, other, guest, outsider: path === 'feed/' ? 0 : 1005 },
  })
const get = row('GET')
const post = row('POST')

/** Every route that takes a token, with the codes for its owner, another user and a guest. */
export const rows: readonly Row[] = [
  get('feed/', [0, 0, 0], () => ({})),
  get('feed/following/', [0, 0, 1005], () => ({})),
  get('user/sessions/', [0, 0, 1005], () => ({})),
  post('user/update/', [0, 0, 1005], () => ({ signature: 'x' })),
  post('user/password/', [2009, 2009, 1005], () => ({ old_password: 'x', new_password: 'y' })),
  get('user/', [0, 0, 0], ({ owner }) => ({ user_id: owner.id })),
  // Whose profile it would be, nobody can say.
  get('user/', [0, 0, 1002], () => ({})),
  get('video/', [0, 0, 0], ({ video }) => ({ video_id: video })),
  get('video/', [0, 3001, 3001], ({ hidden }) => ({ video_id: hidden })),
  get('search/', [0, 0, 0], () => ({ keyword: 'x' })),
  get('publish/list/', [0, 0, 0], ({ owner }) => ({ user_id: owner.id })),
  get('favorite/list/', [0, 0, 0], ({ owner }) => ({ user_id: owner.id })),
  get('comment/list/', [0, 0, 0], ({ video }) => ({ video_id: video })),
  // What isn't shown yet is nothing at all, to its author as well.
  get('comment/list/', [3001, 3001, 3001], ({ hidden }) => ({ video_id: hidden })),
  get('relation/follow/list/', [0, 0, 0], ({ owner }) => ({ user_id: owner.id })),
  get('relatioin/follow/list/', [0, 0, 0], ({ owner }) => ({ user_id: owner.id })),
  get('relation/follower/list/', [0, 0, 0], ({ owner }) => ({ user_id: owner.id })),
  // Friends come with the last message: nobody's business.
  get('relation/friend/list/', [0, 1006, 1005], ({ owner }) => ({ user_id: owner.id })),
  get('message/list/', [0, 0, 1005], () => ({})),
  get('notice/list/', [0, 0, 1005], () => ({})),
  post('notice/read/', [0, 0, 1005], () => ({})),
  get('message/chat/', [0, 0, 1005], ({ other }) => ({ to_user_id: other.id })),
  post('message/action/', [6001, 0, 1005], ({ owner }) => ({
    to_user_id: owner.id,
    action_type: 1,
    content: 'x',
  })),
  post('favorite/action/', [0, 0, 1005], ({ video }) => ({ video_id: video, action_type: 1 })),
  post('favorite/action/', [3001, 3001, 1005], ({ hidden }) => ({
    video_id: hidden,
    action_type: 1,
  })),
  post('favorite/action/', [0, 0, 1005], ({ video }) => ({ video_id: video, action_type: 2 })),
  post('comment/action/', [0, 0, 1005], ({ video }) => ({
    video_id: video,
    action_type: 1,
    comment_text: 'x',
  })),
  post('comment/action/', [3001, 3001, 1005], ({ hidden }) => ({
    video_id: hidden,
    action_type: 1,
    comment_text: 'x',
  })),
  // The other one first, or there would be nothing left to be refused.
  post('comment/action/', [0, 1006, 1005], ({ video, comment }) => ({
    video_id: video,
    action_type: 2,
    comment_id: comment,
  })),
  post('relation/action/', [5001, 0, 1005], ({ owner }) => ({
    to_user_id: owner.id,
    action_type: 1,
  })),
  post('relation/block/', [5003, 0, 1005], ({ owner }) => ({
    to_user_id: owner.id,
    action_type: 2,
  })),
  get('relation/block/list/', [0, 0, 1005], () => ({})),
  post('report/action/', [0, 0, 1005], ({ video }) => ({
    ...{ target_type: 1, target_id: video, reason: 'x' },
  })),
  post('publish/action/', [1001, 1001, 1005], () => ({ title: 'x' })),
  post('publish/update/', [0, 1006, 1005], ({ video }) => ({ video_id: video, title: 'x' })),
  // Of what isn't shown yet others don't learn that it is there.
  post('publish/update/', [0, 3001, 1005], ({ hidden }) => ({ video_id: hidden, title: 'x' })),
  post('video/view/', [0, 0, 0], ({ video }) => ({ video_id: video })),
  post('video/view/', [3001, 3001, 3001], ({ hidden }) => ({ video_id: hidden })),
  post('publish/delete/', [0, 1006, 1005], ({ spare }) => ({ video_id: spare })),
]
