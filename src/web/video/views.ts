import { api } from '../lib/api.ts'
import { RequestError } from '../lib/request.ts'

/** What was watched and isn't known to be counted. */
const waiting = new Set<number>()
const maxWaiting = 100
let busy = false

/** Has the server count that a video was watched; what didn't get there goes with the next one. */
export async function countView(videoId: number): Promise<void> {
  if (waiting.size < maxWaiting) waiting.add(videoId)
  if (busy) return
  busy = true
  try {
    for (const id of waiting) {
      await api.view({ video_id: id }).catch((error: unknown) => {
        // Of a video that is gone there is nothing to count.
        if (!(error instanceof RequestError) || error.kind !== 'refused') throw error
      })
      waiting.delete(id)
    }
  } catch {
    // Offline, or too fast.
  } finally {
    busy = false
  }
}
