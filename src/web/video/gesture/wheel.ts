/** What is read of a wheel event. */
export interface WheelLike {
  readonly deltaY: number
  readonly deltaMode: number
  readonly timeStamp: number
}

const pauseMs = 180
/** After a step, how long a wheel that gets faster is still the same gesture. */
const settleMs = 400
const growth = 1.4
const notchPx = 100
const linePx = 40
/** What a slow gesture adds up to before it is a step. */
const stepPx = 30

/**
 * Makes of a wheel's events one step for each notch of a mouse and one for each gesture of a
 * trackpad, however long its inertia lasts. A lock by time alone made six steps of one gesture.
 */
export function createWheel(): (event: WheelLike) => 0 | 1 | -1 {
  let lastAt = Number.NEGATIVE_INFINITY
  let steppedAt = Number.NEGATIVE_INFINITY
  let lastDelta = 0
  let sum = 0
  let done = false
  return (event) => {
    const delta = event.deltaY * (event.deltaMode === 0 ? 1 : linePx)
    if (delta === 0) return 0
    const size = Math.abs(delta)
    const turned = Math.sign(delta) !== Math.sign(lastDelta) && lastDelta !== 0
    const paused = event.timeStamp - lastAt > pauseMs
    const grew = event.timeStamp - steppedAt > settleMs && size > Math.abs(lastDelta) * growth
    const notch = size >= notchPx && delta === lastDelta
    if (paused || turned || grew || notch) {
      done = false
      sum = 0
    }
    lastAt = event.timeStamp
    lastDelta = delta
    if (done) return 0
    sum += delta
    if (Math.abs(sum) < stepPx) return 0
    done = true
    steppedAt = event.timeStamp
    return sum > 0 ? 1 : -1
  }
}
