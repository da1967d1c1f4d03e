import { actionType, api, type User } from '../lib/api.ts'
import { changeFollow, followState, telling } from '../lib/entities.ts'
import { forget } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { requireLogin } from '../route/require-login.ts'

/** Follows a user or takes it back: shown at once, and undone if the server refuses. */
export async function setFollow(user: User, on: boolean): Promise<void> {
  if (!(await requireLogin())) return
  // Who logs in to follow may turn out to be that very user.
  const me = session.peek()?.userId
  const state = followState(user)
  if (user.id === me || state.peek() === on) return
  changeFollow(user, on)
  try {
    await telling(-user.id, api.follow({ to_user_id: user.id, action_type: actionType(on) }))
    for (const id of [user.id, me]) forget(`people/${id}`)
    forget(`user/${me}/`)
    forget('following')
  } catch (error) {
    changeFollow(user, !on)
    showError(error)
  }
}
