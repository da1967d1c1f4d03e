import type { ComponentChildren } from 'preact'
import { words } from '../lib/language.ts'
import { goBack } from '../route/router.ts'
import { Icon } from './icon.tsx'
import { backIcon } from './icons.ts'

/** The head of a screen that was opened from another one. */
export function PageHead({
  title,
  back = true,
  children,
}: {
  title: string
  back?: boolean
  children?: ComponentChildren
}) {
  return (
    <header class="page-head">
      {back && (
        <button type="button" class="round" aria-label={words.value.back} onClick={goBack}>
          <Icon of={backIcon} />
        </button>
      )}
      <h1>
        <bdi>{title}</bdi>
      </h1>
      {children}
    </header>
  )
}
