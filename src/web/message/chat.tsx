import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { User } from '../lib/api.ts'
import { shortTime, words } from '../lib/language.ts'
import { session } from '../lib/session.ts'
import { signal, useSignal } from '../lib/signals.ts'
import { Composer } from '../ui/composer.tsx'
import { Icon } from '../ui/icon.tsx'
import { messagesIcon, userIcon } from '../ui/icons.ts'
import { Failure, Notice, Spinner } from '../ui/notice.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { readUser } from '../user/read-user.ts'
import { type Conversation, type Line, openConversation } from './conversation.ts'
import { peerReads } from './inbox-state.ts'
import { connected } from './socket.ts'

const maxChars = 2000
/** Lines further apart than this have the time between them. */
const gapMs = 600_000

/** A conversation, live. */
export function Chat({ peerId }: { peerId: number }) {
  const w = words.value
  const talk = useMemo(() => openConversation(peerId), [peerId, session.value?.userId])
  const peer = useSignal<User | null>(null)
  const text = useMemo(() => signal(''), [peerId])
  const load = () => {
    void talk.load()
    readUser(peerId).then(
      (user) => {
        peer.value = user
      },
      () => {},
    )
  }
  useEffect(() => {
    load()
    return talk.close
  }, [talk])
  const lines = talk.lines.value
  return (
    <div class="page chat">
      <PageHead title={peer.value?.name ?? w.messages}>
        <small class="soft" aria-live="polite">
          {!connected.value ? w.connecting : talk.typing.value ? w.typing : ''}
        </small>
        <a
          class="round"
          href={`/user/${peerId}`}
          aria-label={w.openProfile(peer.value?.name ?? '')}
        >
          <Icon of={userIcon} />
        </a>
      </PageHead>
      {talk.error.value && lines.length === 0 ? (
        <Failure error={talk.error.value} retry={load} />
      ) : talk.loading.value && lines.length === 0 ? (
        <Spinner />
      ) : (
        <Lines talk={talk} lines={lines} readTo={peerReads.value[peerId] ?? 0} />
      )}
      <Composer
        text={text}
        maxChars={maxChars}
        wrote={talk.wrote}
        send={(content) => {
          talk.send(content)
          text.value = ''
        }}
      />
    </div>
  )
}

interface LinesProps {
  readonly talk: Conversation
  readonly lines: readonly Line[]
  /** The newest message that the other one has read. */
  readonly readTo: number
}

function Lines({ talk, lines, readTo }: LinesProps) {
  const w = words.value
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const mineLast = lines.at(-1)?.mine
  useLayoutEffect(() => {
    if (atEnd.current || mineLast) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [lines, talk.typing.value])
  const lastRead = lines.findLast(({ mine, id }) => mine && id !== null && id <= readTo)
  return (
    <div
      ref={box}
      class="chat-lines"
      role="log"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 60
      }}
    >
      {lines.length === 0 && <Notice icon={messagesIcon} title={w.startChat} />}
      {lines.map((line, at) => (
        <div key={line.key} class={line.mine ? 'line mine' : 'line'}>
          {line.at - (lines[at - 1]?.at ?? 0) > gapMs && (
            <time class="line-time">{shortTime(line.at)}</time>
          )}
          <p class={line.id === null ? 'bubble pending' : 'bubble'} dir="auto">
            {line.text}
          </p>
          {line.failed && (
            <button type="button" class="link danger" onClick={() => talk.retry(line)}>
              {w.notSent}
            </button>
          )}
          {line === lastRead && <small class="line-read">{w.read}</small>}
          {line.id === null && !line.failed && <small class="line-read">{w.sending}</small>}
        </div>
      ))}
    </div>
  )
}
