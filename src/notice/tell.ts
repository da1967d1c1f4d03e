import type { Context } from '../context.ts'
import { frameText } from '../message/socket/frames.ts'
import type { Notice } from '../store/relation.ts'

/** Tells the sockets of the user who got a notice, if anybody did, what somebody did. */
export function tell(
  bus: Context['bus'],
  userId: number | null,
  fromUserId: number,
  notice: Notice['kind'],
): void {
  if (userId === null) return
  bus.publish(userId, () => ({
    type: 'signal',
    isStored: false,
    frame: frameText({ type: 'notice', notice, from_user_id: fromUserId }),
    by: null,
  }))
}
