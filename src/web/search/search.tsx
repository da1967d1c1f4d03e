import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { remember } from '../lib/storage.ts'
import { Person } from '../relation/people.tsx'
import { goBack, navigate, place } from '../route/router.ts'
import { Icon } from '../ui/icon.tsx'
import { backIcon, searchIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { Covers } from '../video/list/covers.tsx'
import { maxKeyword, searchPath, type Wanted } from './address.ts'
import { keepSearch, recentSearches } from './recent.ts'
import { foundUsers, foundVideos, keptUnder, wantedBy } from './source.ts'

/** So long nothing more is written, it is looked for: ms. */
const pauseMs = 300

/** Looks for videos, people and tags. What is looked for is in the address. */
export function Search() {
  const w = words.value
  const wanted = wantedBy(place.value.query)
  const { keyword, kind } = wanted
  return (
    <div class="page">
      <search class="search-head">
        <h1 class="offscreen">{w.search}</h1>
        <Field {...wanted} />
        {keyword !== '' && (
          <nav class="tabs" aria-label={w.search}>
            {(['video', 'user', 'tag'] as const).map((one) => (
              <a
                key={one}
                href={searchPath(keyword, one)}
                aria-current={one === kind ? 'page' : undefined}
                data-replace
              >
                {{ video: w.videos, user: w.people, tag: w.tags }[one]}
              </a>
            ))}
          </nav>
        )}
      </search>
      {keyword === '' ? (
        <Recent />
      ) : kind === 'user' ? (
        <Users {...wanted} />
      ) : (
        <Videos {...wanted} />
      )}
    </div>
  )
}

/** What is written is looked for as soon as the writer pauses. */
function Field({ keyword, kind }: Wanted) {
  const w = words.value
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const look = () => {
    clearTimeout(timer.current)
    timer.current = undefined
    const written = input.current?.value.trim() ?? ''
    if (written === keyword) return
    // No way leads back to what was there while one wrote.
    forget(keptUnder(keyword))
    navigate(written === '' ? '/search' : searchPath(written, kind), { replace: true })
  }
  const later = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => latest.current(), pauseMs)
  }
  const latest = useRef(look)
  latest.current = look
  // As soon as it is there: who has pressed the key for it writes on.
  useLayoutEffect(() => {
    const { current } = input
    // The address has changed by something else than this field.
    if (current && timer.current === undefined && current.value.trim() !== keyword) {
      current.value = keyword
    }
    if (keyword === '') current?.focus()
  }, [keyword])
  const looked = useRef(keyword)
  looked.current = keyword
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      // Not each beginning of a word that was looked for meanwhile.
      if (looked.current !== '') keepSearch(looked.current)
    },
    [],
  )
  return (
    <form
      class="search-form"
      onSubmit={(event) => {
        event.preventDefault()
        look()
        // The keyboard of a phone makes way for what was found.
        if (keyword !== '' || input.current?.value.trim()) input.current?.blur()
      }}
    >
      <button type="button" class="round" aria-label={w.back} onClick={goBack}>
        <Icon of={backIcon} />
      </button>
      <input
        ref={input}
        type="search"
        maxLength={maxKeyword}
        placeholder={w.search}
        aria-label={w.search}
        defaultValue={keyword}
        onInput={(event) => {
          // Half a syllable of Chinese is nothing to look for.
          if (!event.isComposing) later()
        }}
        onCompositionStart={() => clearTimeout(timer.current)}
        onCompositionEnd={later}
        enterkeyhint="search"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        dir="auto"
      />
    </form>
  )
}

/** What was looked for before; a hint for whoever is here for the first time. */
function Recent() {
  const w = words.value
  const [kept, setKept] = useState(recentSearches)
  if (kept.length === 0) return <Notice icon={searchIcon} title={w.searchHint} />
  const clear = () => {
    remember('searches', null)
    setKept([])
  }
  return (
    <section>
      <div class="recent-head">
        <h2>{w.recent}</h2>
        <button type="button" class="link" onClick={clear}>
          {w.clear}
        </button>
      </div>
      <ul class="recent">
        {kept.map((keyword) => (
          <li key={keyword}>
            <a class="button small" href={searchPath(keyword, 'video')} data-replace>
              <bdi>{keyword}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Videos(wanted: Wanted) {
  const source = foundVideos(wanted)
  const { items, state, more } = source.list
  useEffect(() => void more(), [source])
  const nothing = items.value.length === 0 && state.value === 'done'
  return nothing ? <Nothing {...wanted} /> : <Covers source={source} />
}

function Users(wanted: Wanted) {
  const list = foundUsers(wanted)
  useEffect(() => void list.more(), [list])
  if (list.items.value.length === 0 && list.state.value === 'done') return <Nothing {...wanted} />
  return (
    <>
      <ul class="people">
        {list.items.value.map((user) => (
          <Person key={user.id} user={user} />
        ))}
      </ul>
      <ListEnd list={list} />
    </>
  )
}

const Nothing = ({ keyword }: Wanted) => (
  <Notice icon={searchIcon} title={words.value.nothingFound} body={keyword} />
)
