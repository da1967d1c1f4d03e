/** What draws a picture: see `server/icon-paths.ts`. */
export type IconPath = string

/** A picture without meaning of its own: what stands beside it, or its button's label, says it. */
export function Icon({ of, filled = false }: { of: IconPath; filled?: boolean }) {
  return (
    <svg class={filled ? 'icon filled' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={of} />
    </svg>
  )
}
