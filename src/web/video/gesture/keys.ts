/** What a key does in a player. */
export type KeyAction =
  | 'next'
  | 'previous'
  | 'forward'
  | 'rewind'
  | 'toggle'
  | 'mute'
  | 'like'
  | 'comments'
  | 'fullscreen'
  | 'help'
  | 'search'

const actions: Readonly<Record<string, KeyAction>> = {
  ArrowDown: 'next',
  j: 'next',
  PageDown: 'next',
  ArrowUp: 'previous',
  k: 'previous',
  PageUp: 'previous',
  ArrowRight: 'forward',
  ArrowLeft: 'rewind',
  ' ': 'toggle',
  m: 'mute',
  l: 'like',
  c: 'comments',
  f: 'fullscreen',
  '?': 'help',
  '/': 'search',
}

/** What a key press is to do; null if it is for whatever has the focus, or for the browser. */
export function keyAction(event: KeyboardEvent): KeyAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null
  if (document.querySelector('dialog[open]')) return null
  const { target } = event
  if (target instanceof HTMLElement && target.closest('input, textarea, select')) return null
  const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null
  // The space bar presses a button that has the focus.
  if (action === 'toggle' && target instanceof HTMLElement && target.closest('button, a')) {
    return null
  }
  return action
}
