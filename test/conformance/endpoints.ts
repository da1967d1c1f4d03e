import { comment, envelope, friend, message, type Shape, user, video } from './shapes.ts'

/** One published path, as the spec writes it (the trailing slash included). */
export interface Endpoint<S extends Shape = typeof envelope> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** of the response, in success and in failure */
  readonly shape: S
}

const session = { ...envelope, user_id: 'id', token: 'text' } as const
const videos = { ...envelope, video_list: [video] } as const
const users = { ...envelope, user_list: [user] } as const

export const feed = get('/douyin/feed/', { ...videos, next_time: 'count' } as const)
export const register = post('/douyin/user/register/', session)
export const login = post('/douyin/user/login/', session)
export const profile = get('/douyin/user/', { ...envelope, user } as const)
export const publish = post('/douyin/publish/action/', envelope)
export const published = get('/douyin/publish/list/', videos)
export const favorite = post('/douyin/favorite/action/', envelope)
export const favorites = get('/douyin/favorite/list/', videos)
export const commenting = post('/douyin/comment/action/', {
  ...envelope,
  'comment?': comment,
} as const)
export const comments = get('/douyin/comment/list/', {
  ...envelope,
  comment_list: [comment],
} as const)
export const relation = post('/douyin/relation/action/', envelope)
export const follows = get('/douyin/relation/follow/list/', users)
/** The spec's own misspelling, which is a path like any other. */
export const followsMisspelt = get('/douyin/relatioin/follow/list/', users)
export const followers = get('/douyin/relation/follower/list/', users)
export const friends = get('/douyin/relation/friend/list/', {
  ...envelope,
  user_list: [friend],
} as const)
export const chat = get('/douyin/message/chat/', { ...envelope, message_list: [message] } as const)
export const messaging = post('/douyin/message/action/', envelope)

export const all: readonly Endpoint[] = [
  feed,
  register,
  login,
  profile,
  publish,
  published,
  favorite,
  favorites,
  commenting,
  comments,
  relation,
  follows,
  followsMisspelt,
  followers,
  friends,
  chat,
  messaging,
]

function get<const S extends Shape>(path: string, shape: S): Endpoint<S> {
  return { method: 'GET', path, shape }
}

function post<const S extends Shape>(path: string, shape: S): Endpoint<S> {
  return { method: 'POST', path, shape }
}
