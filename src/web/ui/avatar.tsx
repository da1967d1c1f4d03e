import type { User } from '../lib/api.ts'

/** A person's picture. The name stands beside it, so it says nothing itself. */
export function Avatar({
  user,
  size = 40,
}: {
  user: Pick<User, 'avatar' | 'name'>
  size?: number
}) {
  return (
    <img
      class="avatar"
      src={user.avatar}
      alt=""
      width={size}
      height={size}
      loading="lazy"
      decoding="async"
      draggable={false}
    />
  )
}
