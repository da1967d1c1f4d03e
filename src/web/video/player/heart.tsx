import { signal } from '../../lib/signals.ts'
import { Icon } from '../../ui/icon.tsx'
import { heartIcon } from '../../ui/icons.ts'

const hearts = signal<readonly { readonly id: number; readonly x: number; readonly y: number }[]>(
  [],
)
const shownMs = 800
let lastId = 0

/** Shows a heart where the finger was. */
export function showHeart(x: number, y: number): void {
  const id = ++lastId
  hearts.value = [...hearts.peek().slice(-4), { id, x, y }]
  setTimeout(() => {
    hearts.value = hearts.peek().filter((one) => one.id !== id)
  }, shownMs)
}

export function Heart() {
  return (
    <div class="hearts" aria-hidden="true">
      {hearts.value.map(({ id, x, y }) => (
        <span key={id} class="heart" style={{ left: `${x}px`, top: `${y}px` }}>
          <Icon of={heartIcon} filled />
        </span>
      ))}
    </div>
  )
}
