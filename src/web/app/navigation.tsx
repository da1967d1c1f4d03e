import { words } from '../lib/language.ts'
import type { ReadonlySignal } from '../lib/signals.ts'
import { unreadTotal } from '../message/unread.ts'
import { unreadNotices } from '../notice/unread.ts'
import { place } from '../route/router.ts'
import { Icon, type IconPath } from '../ui/icon.tsx'
import { bellIcon, homeIcon, messagesIcon, plusIcon, searchIcon, userIcon } from '../ui/icons.ts'
import { match, type ScreenName } from './routes.ts'

interface Item {
  readonly path: string
  readonly icon: IconPath
  readonly word: 'home' | 'search' | 'notices' | 'post' | 'messages' | 'me'
  readonly screens: readonly ScreenName[]
  readonly unread?: ReadonlySignal<number>
}

const items: readonly Item[] = [
  { path: '/', icon: homeIcon, word: 'home', screens: ['feed', 'video', 'following'] },
  { path: '/search', icon: searchIcon, word: 'search', screens: ['search', 'foundVideo'] },
  {
    path: '/notices',
    icon: bellIcon,
    word: 'notices',
    screens: ['notices'],
    unread: unreadNotices,
  },
  { path: '/post', icon: plusIcon, word: 'post', screens: ['post'] },
  {
    path: '/messages',
    icon: messagesIcon,
    word: 'messages',
    screens: ['messages', 'chat'],
    unread: unreadTotal,
  },
  { path: '/me', icon: userIcon, word: 'me', screens: ['me', 'settings'] },
]

/** The ways to the main screens: below on a phone, at the side elsewhere. */
export function Navigation() {
  const w = words.value
  const current = match(place.value.path)?.name
  return (
    <nav class="navigation" aria-label={w.menu}>
      <div class="brand">
        <img src="/icons/icon.svg" alt="" width={32} height={32} />
        <span>douyin</span>
      </div>
      {items.map(({ path, icon, word, screens, unread }) => (
        <a
          key={path}
          href={path}
          class={`nav-item nav-${word}`}
          aria-current={current && screens.includes(current) ? 'page' : undefined}
          aria-label={word === 'post' ? w.post : undefined}
        >
          <Icon of={icon} />
          <span class="nav-word">{w[word]}</span>
          {unread && unread.value > 0 && (
            <span class="badge">{unread.value > 99 ? '99+' : unread.value}</span>
          )}
        </a>
      ))}
    </nav>
  )
}
