import { forgotten } from '../lib/entities.ts'
import { session } from '../lib/session.ts'
import { start } from '../lib/start.ts'
import { hearMessages } from '../message/inbox-state.ts'
import { hearNotices } from '../notice/live.ts'
import { readFlags } from '../video/flags.ts'

let hears = false

/** Hears of messages and notices as they come, and reads what whoever has logged in likes. */
export function goLive(): void {
  if (!session.peek()) return
  if (!hears) {
    hearMessages()
    hearNotices()
  }
  hears = true
  // What this page has read by itself is the viewer's, unless another one has logged in since.
  if (start.feed || forgotten > 0) void readFlags()
}
