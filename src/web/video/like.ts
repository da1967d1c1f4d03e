import { actionType, api, type Video } from '../lib/api.ts'
import { changeVideo, tell, videoState } from '../lib/entities.ts'
import { forget } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { requireLogin } from '../route/require-login.ts'

/** Likes a video or takes it back: shown at once, and undone if the server refuses. */
export async function setLike(video: Video, on: boolean): Promise<void> {
  if (!(await requireLogin())) return
  const { id } = video
  const shown = () => videoState(video).peek().liked
  if (shown() === on) return
  const show = (liked: boolean) => {
    const by = +liked - +shown()
    changeVideo(id, (state) => ({ ...state, liked, likes: state.likes + by }))
  }
  await tell(id, on, show, shown, (wish) =>
    api.like({ video_id: id, action_type: actionType(wish) }),
  )
  forget(`user/${session.peek()?.userId}/liked`)
}
