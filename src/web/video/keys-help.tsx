import { words } from '../lib/language.ts'
import { Sheet } from '../ui/sheet.tsx'

/** What the keys do. */
export function KeysHelp() {
  const w = words.value
  const rows = [
    ['↓ J PageDown', w.next],
    ['↑ K PageUp', w.previous],
    ['← →', w.seek],
    ['Space', `${w.play} / ${w.pause}`],
    ['M', w.mute],
    ['L', w.like],
    ['C', w.comments],
    ['F', w.fullscreen],
    ['/', w.search],
    ['Esc', w.close],
  ] as const
  return (
    <Sheet kind="small" title={w.shortcuts}>
      <dl class="keys">
        {rows.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}
