import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../lib/language.ts'
import { closeSheet } from '../route/router.ts'
import { Icon } from './icon.tsx'
import { closeIcon } from './icons.ts'

interface SheetProps {
  readonly title: string
  readonly kind?: 'side' | 'small'
  readonly children: ComponentChildren
}

/** How far down a sheet is dragged to be closed: px, or px a ms. */
const closePx = 90
const closeSpeed = 0.5

/** A dialog over the screen: from below on a phone, beside the video or in the middle elsewhere. */
export function Sheet({ title, kind = 'side', children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    // The first control would be the cross: where there is something to fill in, one begins there.
    const field = matchMedia('(pointer: fine)').matches && element?.querySelector('form.form input')
    if (field instanceof HTMLElement) field.focus()
    else element?.focus()
    return () => {
      element?.close()
      // The browser leaves the focus on the body when a dialog is removed.
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      class={`sheet ${kind}`}
      aria-label={title}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return
        event.preventDefault()
        void closeSheet()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) void closeSheet()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.stopPropagation()
      }}
    >
      <div class="sheet-body">
        <header class="sheet-head" onPointerDown={(event) => dragDown(event, dialog.current)}>
          <h2>
            <bdi>{title}</bdi>
          </h2>
          <button
            type="button"
            class="round"
            aria-label={words.value.close}
            onClick={() => void closeSheet()}
          >
            <Icon of={closeIcon} />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

function dragDown(event: PointerEvent, dialog: HTMLElement | null): void {
  const head = event.currentTarget
  if (!(head instanceof HTMLElement) || !dialog) return
  if (event.target instanceof Element && event.target.closest('button')) return
  const { clientY: startY, timeStamp: startedAt, pointerId } = event
  head.setPointerCapture(pointerId)
  const move = ({ clientY }: PointerEvent) => {
    dialog.style.translate = `0 ${Math.max(0, clientY - startY)}px`
  }
  const end = ({ clientY, timeStamp }: PointerEvent) => {
    head.removeEventListener('pointermove', move)
    head.removeEventListener('pointerup', end)
    head.removeEventListener('pointercancel', end)
    const way = clientY - startY
    dialog.style.translate = ''
    if (way > closePx || (way > 20 && way / (timeStamp - startedAt) > closeSpeed)) void closeSheet()
  }
  head.addEventListener('pointermove', move)
  head.addEventListener('pointerup', end)
  head.addEventListener('pointercancel', end)
}
