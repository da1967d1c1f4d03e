import { session } from '../lib/session.ts'
import { place } from '../route/router.ts'
import { Feed } from '../video/feed.tsx'
import { lazy } from './lazy.tsx'
import { type Match, match } from './routes.ts'

const UserFeed = lazy('UserFeed')
const Nothing = lazy('Nothing')
const LoginFirst = lazy('LoginFirst')
const Following = lazy('Following')
const Profile = lazy('Profile')
const People = lazy('People')
const Search = lazy('Search')
const FoundFeed = lazy('FoundFeed')
const Notices = lazy('Notices')
const Inbox = lazy('Inbox')
const Chat = lazy('Chat')
const Post = lazy('Post')
const Settings = lazy('Settings')

/** The screen of the address. */
export function Screen() {
  const found = match(place.value.path)
  const screen = found && screenOf(found)
  return screen ?? <Nothing />
}

function screenOf({ name, params }: Match) {
  const id = Number(params.id)
  for (const one of [params.id, params.video]) {
    if (one !== undefined && !/^[1-9]\d{0,15}$/.test(one)) return null
  }
  if (name === 'feed') return <Feed />
  if (name === 'video') return <Feed videoId={id} />
  if (name === 'profile') return <Profile userId={id} kind="works" />
  if (name === 'userList') return userList(id, params.list)
  if (name === 'userVideo') {
    const kind = params.list === 'works' || params.list === 'liked' ? params.list : null
    return kind && <UserFeed userId={id} kind={kind} videoId={Number(params.video)} />
  }
  if (name === 'search') return <Search />
  if (name === 'foundVideo') return <FoundFeed videoId={Number(params.video)} />
  if (name === 'post') return <Post />
  if (name === 'settings') return <Settings />
  if (!session.value) return <LoginFirst />
  if (name === 'following') return <Following />
  if (name === 'notices') return <Notices />
  if (name === 'messages') return <Inbox />
  if (name === 'chat') return <Chat peerId={id} />
  return <Profile userId={session.value.userId} kind="works" />
}

function userList(userId: number, list: string | undefined) {
  if (list === 'followers' || list === 'following') return <People userId={userId} kind={list} />
  return list === 'liked' ? <Profile userId={userId} kind="liked" /> : null
}
