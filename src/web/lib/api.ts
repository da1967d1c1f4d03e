import type { Static } from '@sinclair/typebox'
import type * as comment from '../../comment/model.ts'
import type * as favorite from '../../favorite/model.ts'
import type * as message from '../../message/model.ts'
import type * as notice from '../../notice/model.ts'
import type * as relation from '../../relation/model.ts'
import type * as report from '../../report/model.ts'
import type * as search from '../../search/model.ts'
import type * as account from '../../user/login/model.ts'
import type * as user from '../../user/model.ts'
import type * as video from '../../video/model.ts'
import { endpoint } from './request.ts'

export type Video = Static<typeof video.Video>
export type User = Static<typeof user.User>
export type Comment = Static<typeof comment.Comment>
export type Message = Static<typeof message.Message>
export type Device = Static<typeof account.Session>
export type Conversation = Static<typeof message.Conversation>
export type NoticeEntry = Static<typeof notice.Notice>
export type Friend = Static<typeof relation.FriendUser>

/** What 1 and 2 mean wherever something is done or undone. */
export const actionType = (on: boolean): number => (on ? 1 : 2)

/** The API: each endpoint by its contract, so that a wrong parameter is a mistake that `tsc` finds. */
export const api = {
  feed: endpoint<typeof video.feed>('GET', 'feed/'),
  followingFeed: endpoint<typeof video.followingFeed>('GET', 'feed/following/'),
  video: endpoint<typeof video.one>('GET', 'video/'),
  removeVideo: endpoint<typeof video.remove>('POST', 'publish/delete/'),
  retitle: endpoint<typeof video.update>('POST', 'publish/update/'),
  works: endpoint<typeof video.publishList>('GET', 'publish/list/'),
  register: endpoint<typeof user.register>('POST', 'user/register/'),
  login: endpoint<typeof user.login>('POST', 'user/login/'),
  password: endpoint<typeof account.password>('POST', 'user/password/'),
  sessions: endpoint<typeof account.sessions>('GET', 'user/sessions/'),
  logout: endpoint<typeof user.logout>('POST', 'user/logout/'),
  user: endpoint<typeof user.profile>('GET', 'user/'),
  like: endpoint<typeof favorite.action>('POST', 'favorite/action/'),
  liked: endpoint<typeof favorite.list>('GET', 'favorite/list/'),
  comment: endpoint<typeof comment.action>('POST', 'comment/action/'),
  comments: endpoint<typeof comment.list>('GET', 'comment/list/'),
  follow: endpoint<typeof relation.action>('POST', 'relation/action/'),
  following: endpoint<typeof relation.followList>('GET', 'relation/follow/list/'),
  followers: endpoint<typeof relation.followerList>('GET', 'relation/follower/list/'),
  block: endpoint<typeof relation.block>('POST', 'relation/block/'),
  blocked: endpoint<typeof relation.blockList>('GET', 'relation/block/list/'),
  report: endpoint<typeof report.action>('POST', 'report/action/'),
  friends: endpoint<typeof relation.friendList>('GET', 'relation/friend/list/'),
  conversations: endpoint<typeof message.list>('GET', 'message/list/'),
  chat: endpoint<typeof message.chat>('GET', 'message/chat/'),
  send: endpoint<typeof message.action>('POST', 'message/action/'),
  search: endpoint<typeof search.search>('GET', 'search/'),
  notices: endpoint<typeof notice.list>('GET', 'notice/list/'),
  readNotices: endpoint<typeof notice.read>('POST', 'notice/read/'),
  view: endpoint<typeof video.view>('POST', 'video/view/', true),
}
