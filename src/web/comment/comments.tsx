import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { actionType, api, type Comment } from '../lib/api.ts'
import { blocked } from '../lib/blocked.ts'
import { changeVideo, knownState, learnUsers } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { type Paged, paged } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { signal } from '../lib/signals.ts'
import { requireLogin } from '../route/require-login.ts'
import { openSheet } from '../route/router.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Composer } from '../ui/composer.tsx'
import { Icon } from '../ui/icon.tsx'
import { commentIcon, moreIcon, trashIcon } from '../ui/icons.ts'
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
          {list.items.value
            .filter(({ user }) => !blocked.value.has(user.id))
            .map((comment) => (
              <Entry key={comment.id} comment={comment} videoId={videoId} list={list} />
            ))}
        </ul>
        <ListEnd list={list} />
      </div>
      <Write
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
  const me = session.value?.userId
  const mine = me === user.id
  const removable = me && (mine || me === knownState(videoId)?.value.authorId)
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
          {!mine && (
            <button
              type="button"
              class="link"
              aria-label={`${w.more}, @${user.name}`}
              onClick={() =>
                openSheet({
                  name: 'more',
                  kind: 'comment',
                  id,
                  user: { id: user.id, name: user.name },
                })
              }
            >
              <Icon of={moreIcon} />
            </button>
          )}
          {removable &&
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

function Write({ videoId, add }: { videoId: number; add: (comment: Comment) => void }) {
  const text = useMemo(() => signal(drafts.get(videoId) ?? ''), [videoId])
  const [busy, setBusy] = useState(false)
  const keepDraft = () => drafts.set(videoId, text.peek())
  const send = async (content: string) => {
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
      text.value = ''
      keepDraft()
      changeVideo(videoId, (state) => ({ ...state, comments: state.comments + 1 }))
      add(comment)
    } catch (error) {
      showError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Composer
      text={text}
      maxChars={maxChars}
      busy={busy}
      wrote={keepDraft}
      send={(content) => void send(content)}
    />
  )
}
