import { render } from 'preact'
import { blocked, setBlocked } from '../lib/blocked.ts'
import { forgetFlags } from '../lib/entities.ts'
import { loadWords, words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { effect } from '../lib/signals.ts'
import { start } from '../lib/start.ts'
import { remember } from '../lib/storage.ts'
import { toast } from '../lib/toast.ts'
import { installWorker } from './install-worker.ts'
import { Shell } from './shell.tsx'

// What one viewer was shown isn't what another one is to see.
let viewer = session.peek()?.userId
effect(() => {
  const next = session.value?.userId
  if (next !== viewer) {
    if (viewer) remember('searches', null)
    viewer = next
    forgetFlags()
    // The feed stays where it is, unless somebody is left out of it.
    forget('', blocked.peek().size > 0 ? undefined : 'feed/')
    setBlocked(new Set())
  }
  // Nobody who only watches needs a connection. A server with other files by now is for the next page.
  if (next) goLive().catch(() => {})
})

/**
 * A browser imports a part of a page only once, and takes a failure as final. So its files are fetched
 * before, as often as it takes, and the import finds them in the cache.
 */
async function goLive(): Promise<void> {
  await Promise.all(start.live.map(fetched))
  const live = await import('./live.ts')
  live.goLive()
}

async function fetched(name: string): Promise<void> {
  try {
    const response = await fetch(`/assets/${name}`)
    await response.arrayBuffer()
    // What a proxy says while its server starts is nothing to import.
    if (response.status < 500) return
  } catch {
    // The network is gone for a moment.
  }
  // Not all at once when a server comes back.
  await new Promise((resolve) => setTimeout(resolve, 500 + 4000 * Math.random()))
  return fetched(name)
}

addEventListener('offline', () => toast(words.value.offline))
addEventListener('online', () => toast(words.value.online))

const root = document.getElementById('app')
if (root) void loadWords().then(() => render(<Shell />, root))
installWorker()
