import { hearMessages } from '../message/inbox-state.ts'
import { hearNotices } from '../notice/live.ts'

/** Hears of messages and notices as they come, for whoever is logged in. */
export function goLive(): void {
  hearMessages()
  hearNotices()
}
