import { actionType, api, type User } from '../lib/api.ts'
import { changeFollow, followState, tell } from '../lib/entities.ts'
import { forget } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { requireLogin } from '../route/require-login.ts'

/** Follows a user or takes it back: shown at once, and undone if the server refuses. */
export async function setFollow(user: User, on: boolean): Promise<void> {
  if (!(await requireLogin())) return
  // Who logs in to follow may turn out to be that very user.
  const me = session.peek()?.userId
  const { id } = user
  const shown = () => followState(user).peek()
  if (id === me || shown() === on) return
  const show = (wish: boolean) => changeFollow(user, wish)
  await tell(-id, on, show, shown, (wish) =>
    api.follow({ to_user_id: id, action_type: actionType(wish) }),
  )
  for (const list of [`people/${id}`, `people/${me}`, 'following']) forget(list)
}
