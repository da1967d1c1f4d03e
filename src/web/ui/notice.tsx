import type { ComponentChildren } from 'preact'
import { words } from '../lib/language.ts'
import { sentenceOf } from '../lib/request.ts'
import { Icon, type IconPath } from './icon.tsx'

interface NoticeProps {
  readonly icon?: IconPath
  readonly title: string
  readonly body?: string
  /** Whether it is all that there is on the screen. */
  readonly whole?: boolean
  readonly children?: ComponentChildren
}

/** What stands where there is nothing to see, and what to do about it. */
export function Notice({ icon, title, body, whole, children }: NoticeProps) {
  const Title = whole ? 'h1' : 'p'
  return (
    <div class="notice" role="status">
      {icon && <Icon of={icon} />}
      <Title class="notice-title">{title}</Title>
      {body && <p>{body}</p>}
      {children}
    </div>
  )
}

/** Why something couldn't be read, with the way to try again. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <Notice title={sentenceOf(error)}>
      <button type="button" class="button" onClick={retry}>
        {words.value.retry}
      </button>
    </Notice>
  )
}

export const Spinner = () => <div class="spinner" role="progressbar" aria-label="…" />
