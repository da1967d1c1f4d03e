import { h } from 'preact'

/** The parts of a picture. */
export type IconNodes = readonly (readonly [tag: string, attributes: Record<string, string>])[]

/** A picture without meaning of its own: what stands beside it, or its button's label, says it. */
export function Icon({ of, filled = false }: { of: IconNodes; filled?: boolean }) {
  return (
    <svg class={filled ? 'icon filled' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      {of.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  )
}
