import { useEffect, useMemo } from 'preact/hooks'
import { api, type User } from '../lib/api.ts'
import { words } from '../lib/language.ts'
import { paged } from '../lib/paged.ts'
import { toast } from '../lib/toast.ts'
import { userIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { setBlock } from './block.ts'
import { PersonLink } from './people.tsx'

/** Whom one has blocked, with the way to take it back. */
export function Blocked() {
  const w = words.value
  const list = useMemo(
    () =>
      paged<User>(
        async (cursor) => {
          const page = await api.blocked({ cursor, limit: 50 })
          return { items: page.user_list, next: page.next_cursor ?? '' }
        },
        ({ id }) => id,
      ),
    [],
  )
  useEffect(() => void list.more(), [list])
  const unblock = async (user: User) => {
    if (!(await setBlock(user, false))) return
    list.items.value = list.items.value.filter((one) => one !== user)
    toast(w.unblocked)
  }
  return (
    <Sheet title={w.blockedPeople}>
      <div class="sheet-scroll">
        {list.items.value.length === 0 && list.state.value === 'done' && (
          <Notice icon={userIcon} title={w.noPeople} body={w.blockHow} />
        )}
        <ul class="people">
          {list.items.value.map((user) => (
            <li key={user.id} class="person">
              <PersonLink user={user} />
              <button
                type="button"
                class="button small"
                aria-label={`${w.unblock} @${user.name}`}
                onClick={() => void unblock(user)}
              >
                {w.unblock}
              </button>
            </li>
          ))}
        </ul>
        <ListEnd list={list} />
      </div>
    </Sheet>
  )
}
