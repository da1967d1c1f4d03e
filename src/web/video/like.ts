import { actionType, api, type Video } from '../lib/api.ts'
import { changeVideo, telling, videoState } from '../lib/entities.ts'
import { forget } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { requireLogin } from '../route/require-login.ts'

/** What the server knows last, of videos that are being told. */
const told = new Map<number, boolean>()

/** Likes a video or takes it back: shown at once, and undone if the server refuses. */
export async function setLike(video: Video, on: boolean): Promise<void> {
  if (!(await requireLogin())) return
  const state = videoState(video)
  if (state.peek().liked === on) return
  show(video.id, on)
  // Who is quicker than the network: the last wish is told when the one before was heard.
  if (told.has(video.id)) return
  told.set(video.id, !on)
  try {
    for (let wish = on; told.get(video.id) !== wish; wish = state.peek().liked) {
      await telling(video.id, api.like({ video_id: video.id, action_type: actionType(wish) }))
      told.set(video.id, wish)
    }
    forget(`user/${session.peek()?.userId}/liked`)
  } catch (error) {
    show(video.id, told.get(video.id) ?? false)
    showError(error)
  } finally {
    told.delete(video.id)
  }
}

function show(id: number, on: boolean): void {
  changeVideo(id, (state) =>
    state.liked === on ? state : { ...state, liked: on, likes: state.likes + (on ? 1 : -1) },
  )
}
