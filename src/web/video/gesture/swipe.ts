/** What a swipe moves, and what it may do. */
export interface Swipeable {
  /** Pixels of one step. */
  height(): number
  /** How far the picture is from its place now, while it still moves: px. */
  offset(): number
  canStep(direction: 1 | -1): boolean
  /** Shows the picture that far from its place. */
  drag(offset: number): void
  /** Lets it move to its place. */
  settle(): void
  step(direction: 1 | -1): void
  tap(event: PointerEvent): void
}

const slopPx = 8
const stepShare = 0.25
const stepSpeed = 0.3
/** How long back the speed at the end is measured, ms. */
const speedMs = 80

/**
 * Follows one finger or the mouse: one gesture is one step at most, and a flick is always one.
 * @returns what takes the listeners away
 */
export function listenToSwipes(stage: HTMLElement, target: Swipeable): () => void {
  let active: Gesture | null = null

  const down = (event: PointerEvent) => {
    // The end of one before may have been lost: a primary pointer is the only one of its kind.
    if (!event.isPrimary || event.button !== 0) return
    if (event.target instanceof Element && event.target.closest('input, textarea, dialog')) return
    active = startGesture(event, target.offset())
  }
  const move = (event: PointerEvent) => {
    if (!active || event.pointerId !== active.pointerId) return
    active.points.push({ y: event.clientY, at: event.timeStamp })
    const way = event.clientY - active.startY
    const aside = Math.abs(event.clientX - active.startX)
    if (!active.dragging) {
      if (Math.abs(way) < slopPx) return
      if (aside > Math.abs(way)) return
      active.dragging = true
      stage.setPointerCapture(active.pointerId)
    }
    target.drag(active.startOffset + rubber(way, target))
  }
  const up = (event: PointerEvent) => {
    if (!active || event.pointerId !== active.pointerId) return
    const gesture = active
    active = null
    if (!gesture.dragging) {
      if (event.type === 'pointerup' && isStill(gesture, event)) target.tap(event)
      target.settle()
      return
    }
    swallowClick(stage)
    const direction = stepOf(gesture, event, target.height())
    if (direction !== 0) target.step(direction)
    target.settle()
  }
  stage.addEventListener('pointerdown', down)
  stage.addEventListener('pointermove', move)
  stage.addEventListener('pointerup', up)
  stage.addEventListener('pointercancel', up)
  return () => {
    stage.removeEventListener('pointerdown', down)
    stage.removeEventListener('pointermove', move)
    stage.removeEventListener('pointerup', up)
    stage.removeEventListener('pointercancel', up)
  }
}

interface Gesture {
  readonly pointerId: number
  readonly startX: number
  readonly startY: number
  readonly startOffset: number
  readonly points: { y: number; at: number }[]
  dragging: boolean
}

const startGesture = (event: PointerEvent, startOffset: number): Gesture => ({
  pointerId: event.pointerId,
  startX: event.clientX,
  startY: event.clientY,
  startOffset,
  points: [{ y: event.clientY, at: event.timeStamp }],
  dragging: false,
})

const isStill = (gesture: Gesture, event: PointerEvent): boolean =>
  Math.hypot(event.clientX - gesture.startX, event.clientY - gesture.startY) < slopPx

/** Which step a gesture is: one far enough, or fast enough at its end in the same direction. */
function stepOf(gesture: Gesture, event: PointerEvent, height: number): 0 | 1 | -1 {
  const way = event.clientY - gesture.startY
  const since = gesture.points.find(({ at }) => at >= event.timeStamp - speedMs)
  const first = since ?? gesture.points.at(-1)
  const elapsed = event.timeStamp - (first?.at ?? event.timeStamp)
  const speed = elapsed > 0 ? (event.clientY - (first?.y ?? event.clientY)) / elapsed : 0
  const fast = Math.abs(speed) >= stepSpeed
  if (fast && Math.sign(speed) !== Math.sign(way)) return 0
  if (!fast && Math.abs(way) < height * stepShare) return 0
  return way < 0 ? 1 : -1
}

/** Where there is no step to make, the picture follows less and less. */
function rubber(way: number, target: Swipeable): number {
  if (target.canStep(way < 0 ? 1 : -1)) return way
  const height = target.height()
  return (way * 0.5) / (1 + Math.abs(way) / height)
}

/** What was dragged wasn't clicked, whatever lies under the finger. */
function swallowClick(stage: HTMLElement): void {
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
  }
  stage.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => stage.removeEventListener('click', swallow, { capture: true }), 50)
}
