import { words } from '../lib/language.ts'
import { unreadTotal } from '../message/unread.ts'
import { place } from '../route/router.ts'
import { Icon, type IconPath } from '../ui/icon.tsx'
import { homeIcon, messagesIcon, plusIcon, userIcon } from '../ui/icons.ts'
import { match, type ScreenName } from './routes.ts'

interface Item {
  readonly path: string
  readonly icon: IconPath
  readonly word: 'home' | 'post' | 'messages' | 'me'
  readonly screens: readonly ScreenName[]
}

const items: readonly Item[] = [
  { path: '/', icon: homeIcon, word: 'home', screens: ['feed', 'video', 'following'] },
  { path: '/post', icon: plusIcon, word: 'post', screens: ['post'] },
  { path: '/messages', icon: messagesIcon, word: 'messages', screens: ['messages', 'chat'] },
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
      {items.map(({ path, icon, word, screens }) => (
        <a
          key={path}
          href={path}
          class={word === 'post' ? 'nav-item nav-post' : 'nav-item'}
          aria-current={current && screens.includes(current) ? 'page' : undefined}
          aria-label={word === 'post' ? w.post : undefined}
        >
          <Icon of={icon} />
          <span class="nav-word">{w[word]}</span>
          {word === 'messages' && unreadTotal.value > 0 && (
            <span class="badge">{unreadTotal.value > 99 ? '99+' : unreadTotal.value}</span>
          )}
        </a>
      ))}
    </nav>
  )
}
