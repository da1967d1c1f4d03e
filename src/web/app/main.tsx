import { render } from 'preact'
import { blocked, setBlocked } from '../lib/blocked.ts'
import { forgetFlags } from '../lib/entities.ts'
import { loadWords, words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { effect } from '../lib/signals.ts'
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
  // Nobody who only watches needs a connection.
  if (next) goLive()
})

function goLive(): void {
  import('./live.ts').then(
    (live) => live.goLive(),
    // A browser asks once for a part of a page: the next page may have it.
    () => addEventListener('online', () => location.reload(), { once: true }),
  )
}

addEventListener('offline', () => toast(words.value.offline))
addEventListener('online', () => toast(words.value.online))

const root = document.getElementById('app')
if (root) void loadWords().then(() => render(<Shell />, root))
installWorker()
