import { effect, type Signal, signal } from '@preact/signals-core'
import { Component, Fragment, options, type VNode } from 'preact'
import { useMemo } from 'preact/hooks'

// What `@preact/signals` does for a component, without its other half: a component that reads a
// signal is rendered again when that changes, and no other is.

export {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
} from '@preact/signals-core'

/** A signal of a component's own. */
export const useSignal = <T>(initial: T): Signal<T> => useMemo(() => signal(initial), [])

/** Short names that Preact's own packages share: `preact/hooks` hangs on the same ones. */
interface Inner {
  /** Called before a component is rendered. */
  __r?: (vnode: VNode) => void
}
interface Rendered extends VNode {
  readonly __c?: Component
}

const inner = options as typeof options & Inner
const { __r: begin, unmount: end } = inner
const stops = new WeakMap<Component, () => void>()

inner.__r = (vnode: Rendered) => {
  begin?.(vnode)
  const component = vnode.__c
  if (component && vnode.type !== Fragment && !stops.has(component)) follow(component)
}

/** Sees to it that a component is rendered again when a signal changes that it has read. */
function follow(component: Component): void {
  const { render } = component
  let stop = () => {}
  stops.set(component, () => stop())
  component.render = (...given) => {
    stop()
    // What was rendered isn't kept with the signals: elements of before would stay with it.
    const rendered: ReturnType<typeof render>[] = []
    let rendering = true
    stop = effect(() => {
      if (rendering) rendered.push(render.apply(component, given))
      else component.forceUpdate()
    })
    rendering = false
    return rendered.pop()
  }
}

options.unmount = (vnode: Rendered) => {
  if (vnode.__c) stops.get(vnode.__c)?.()
  end?.(vnode)
}

/** What looks the same isn't rendered again with what it is part of. */
Component.prototype.shouldComponentUpdate = function (next: Record<string, unknown>) {
  const props = this.props as Record<string, unknown>
  return Object.keys({ ...props, ...next }).some((name) => props[name] !== next[name])
}
