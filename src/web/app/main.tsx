import { render } from 'preact'
import { blocked, setBlocked } from '../lib/blocked.ts'
import { forgetFlags } from '../lib/entities.ts'
import { loadWords, words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { effect } from '../lib/signals.ts'
import { remember } from '../lib/storage.ts'
import { toast } from '../lib/toast.ts'
import { readFlags } from '../video/source.ts'
import { installWorker } from './install-worker.ts'
import { Shell } from './shell.tsx'

// What one viewer was shown isn't what another one is to see.
let viewer = session.peek()?.userId
effect(() => {
  const next = session.value?.userId
  if (next === viewer) return
  if (viewer) remember('searches', null)
  viewer = next
  forgetFlags()
  const kept = ['user/', 'people/', 'search/', 'conversations', 'friends', 'following']
  // The feed stays where it is, unless somebody is left out of it.
  if (blocked.peek().size > 0) kept.push('feed', 'video/')
  for (const prefix of kept) forget(prefix)
  setBlocked(new Set())
  if (next) void readFlags()
})

addEventListener('offline', () => toast(words.value.offline))
addEventListener('online', () => toast(words.value.online))

const root = document.getElementById('app')
if (root) void loadWords().then(() => render(<Shell />, root))
installWorker()

// Nobody who only watches needs a connection.
let live = false
effect(() => {
  if (!session.value || live) return
  live = true
  void import('./live.ts').then(({ goLive }) => goLive())
})
