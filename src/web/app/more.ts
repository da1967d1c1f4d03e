// Everything but the feed, in one file: several small ones would be more bytes, since none of them
// could be compressed with the help of another.

export { Comments } from '../comment/comments.tsx'
export { Chat } from '../message/chat.tsx'
export { Inbox } from '../message/inbox.tsx'
export { Notices } from '../notice/notices.tsx'
export { Post } from '../publish/post.tsx'
export { RemoveVideo } from '../publish/remove-video.tsx'
export { People } from '../relation/people.tsx'
export { FoundFeed } from '../search/found-feed.tsx'
export { Search } from '../search/search.tsx'
export { Login } from '../user/login.tsx'
export { Profile } from '../user/profile.tsx'
export { Settings } from '../user/settings.tsx'
export { Following } from '../video/following.tsx'
export { KeysHelp } from '../video/keys-help.tsx'
export { UserFeed } from '../video/list/user-feed.tsx'
export { LoginFirst, Nothing } from './nothing.tsx'
