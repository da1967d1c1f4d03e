import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { actionType, api, type Comment } from '../lib/api.ts'
import { changeVideo, knownState, learnUsers } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { type Paged, paged } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { signal } from '../lib/signals.ts'
import { requireLogin } from '../route/require-login.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { commentIcon, sendIcon, trashIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { Sheet } from '../ui/sheet.tsx'

const maxChars = 500

/** What was begun to be written, by video: a login in between, or a look elsewhere, keeps it. */
const drafts = new Map<number, string>()

/** The comments of a video. */
export function Comments({ videoId }: { videoId: number }) {
  const w = words.value
  const list = useMemo(
    () =>
      paged<Comment>(
        async (cursor) => {
          const asked = performance.now()
          const page = await api.comments({ video_id: videoId, cursor, limit: 30 })
          learnUsers(
            page.comment_list.map(({ user }) => user),
            asked,
          )
          return { items: page.comment_list, next: page.next_cursor ?? '' }
        },
        ({ id }) => id,
      ),
    [videoId],
  )
  useEffect(() => void list.more(), [list])
  const scroller = useRef<HTMLDivElement>(null)
  const count = knownState(videoId)?.value.comments ?? list.items.value.length
  const empty = list.items.value.length === 0 && list.state.value === 'done'
  return (
    <Sheet title={w.commentCount(shortCount(count))}>
      <div ref={scroller} class="sheet-scroll">
        {empty && <Notice icon={commentIcon} title={w.noComments} />}
        <ul class="comments">
          {list.items.value.map((comment) => (
            <Entry key={comment.id} comment={comment} videoId={videoId} list={list} />
          ))}
        </ul>
        <ListEnd list={list} />
      </div>
      <Composer
        videoId={videoId}
        add={(comment) => {
          list.items.value = [comment, ...list.items.value]
          scroller.current?.scrollTo({ top: 0 })
        }}
      />
    </Sheet>
  )
}

interface EntryProps {
  readonly comment: Comment
  readonly videoId: number
  readonly list: Paged<Comment>
}

function Entry({ comment, videoId, list }: EntryProps) {
  const { id, user, content, create_date: date } = comment
  const w = words.value
  const [asked, setAsked] = useState(false)
  const remove = async () => {
    try {
      await api.comment({
        video_id: videoId,
        action_type: actionType(false),
        comment_id: id,
        comment_text: undefined,
      })
      list.items.value = list.items.value.filter((one) => one !== comment)
      changeVideo(videoId, (state) => ({ ...state, comments: state.comments - 1 }))
    } catch (error) {
      showError(error)
    }
  }
  return (
    <li class="comment">
      <a href={`/user/${user.id}`} aria-label={w.openProfile(user.name)}>
        <Avatar user={user} size={36} />
      </a>
      <div class="comment-body">
        <a class="comment-name" href={`/user/${user.id}`}>
          <bdi>{user.name}</bdi>
        </a>
        <p dir="auto">{content}</p>
        <div class="comment-foot">
          <time>{date}</time>
          {session.value?.userId === user.id &&
            (asked ? (
              <>
                <button type="button" class="link danger" onClick={() => void remove()}>
                  {w.delete}
                </button>
                <button type="button" class="link" onClick={() => setAsked(false)}>
                  {w.cancel}
                </button>
              </>
            ) : (
              <button
                type="button"
                class="link"
                aria-label={w.delete}
                onClick={() => setAsked(true)}
              >
                <Icon of={trashIcon} />
              </button>
            ))}
        </div>
      </div>
    </li>
  )
}

function Composer({ videoId, add }: { videoId: number; add: (comment: Comment) => void }) {
  const w = words.value
  const text = useMemo(() => signal(drafts.get(videoId) ?? ''), [videoId])
  const [busy, setBusy] = useState(false)
  const write = (value: string) => {
    text.value = value
    if (value === '') drafts.delete(videoId)
    else drafts.set(videoId, value)
  }
  const send = async (event: Event) => {
    event.preventDefault()
    const content = text.value.trim()
    if (content === '' || busy) return
    // The sheet of the login takes the place of this one: what is to be done is done without it.
    if (!(await requireLogin())) return
    setBusy(true)
    try {
      const { comment } = await api.comment({
        video_id: videoId,
        action_type: actionType(true),
        comment_text: content,
        comment_id: undefined,
      })
      write('')
      changeVideo(videoId, (state) => ({ ...state, comments: state.comments + 1 }))
      add(comment)
    } catch (error) {
      showError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="composer" onSubmit={(event) => void send(event)}>
      <input
        type="text"
        maxLength={maxChars}
        placeholder={w.sayNice}
        aria-label={w.sayNice}
        value={text.value}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        enterkeyhint="send"
        autocomplete="off"
        dir="auto"
      />
      <button
        type="submit"
        class="round primary"
        aria-label={w.send}
        disabled={busy || text.value.trim() === ''}
      >
        <Icon of={sendIcon} />
      </button>
    </form>
  )
}
