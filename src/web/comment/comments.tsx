import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { actionType, api, type Comment } from '../lib/api.ts'
import { blocked } from '../lib/blocked.ts'
import { changeVideo, knownState, learnUsers } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { type Paged, paged } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { type Signal, signal } from '../lib/signals.ts'
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
const drafts = new Map<number, Signal<string>>()

function draftOf(videoId: number): Signal<string> {
  const draft = drafts.get(videoId) ?? signal('')
  drafts.set(videoId, draft)
  return draft
}

/** Puts a comment on top of the list that is on the screen, if that is the video's. */
let put = (_videoId: number, _comment: Comment): void => {}

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
  useLayoutEffect(() => {
    put = (id, comment) => {
      if (id !== videoId) return
      // It may have been read already.
      const others = list.items.peek().filter((one) => one.id !== comment.id)
      list.items.value = [comment, ...others]
      scroller.current?.scrollTo({ top: 0 })
    }
  }, [list])
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
      <Composer
        text={draftOf(videoId)}
        maxChars={maxChars}
        send={(content) => void send(videoId, content)}
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
  const [busy, setBusy] = useState(false)
  const me = session.value?.userId
  const mine = me === user.id
  const removable = me && (mine || me === knownState(videoId)?.value.authorId)
  const remove = async () => {
    setBusy(true)
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
      setBusy(false)
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
                <button
                  type="button"
                  class="link danger"
                  disabled={busy}
                  onClick={() => void remove()}
                >
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

/** Posts a comment. The login takes the place of the comments: others may be there after it. */
async function send(videoId: number, content: string): Promise<void> {
  if (!(await requireLogin())) return
  const draft = draftOf(videoId)
  // At once: what is still there could be sent again.
  draft.value = ''
  try {
    const { comment } = await api.comment({
      video_id: videoId,
      action_type: actionType(true),
      comment_text: content,
      comment_id: undefined,
    })
    changeVideo(videoId, (state) => ({ ...state, comments: state.comments + 1 }))
    put(videoId, comment)
  } catch (error) {
    // Unless something else was begun.
    draft.value ||= content
    showError(error)
  }
}
