import type { ComponentChildren } from 'preact'
import { words } from '../lib/language.ts'
import { RequestError } from '../lib/request.ts'
import { Icon, type IconPath } from './icon.tsx'

interface NoticeProps {
  readonly icon?: IconPath
  readonly title: string
  readonly body?: string
  readonly children?: ComponentChildren
}

/** What stands where there is nothing to see, and what to do about it. */
export function Notice({ icon, title, body, children }: NoticeProps) {
  return (
    <div class="notice" role="status">
      {icon && <Icon of={icon} />}
      <p class="notice-title">{title}</p>
      {body && <p>{body}</p>}
      {children}
    </div>
  )
}

/** Why something couldn't be read, with the way to try again. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { failed, retry: again } = words.value
  return (
    <Notice title={error instanceof RequestError ? error.message : failed}>
      <button type="button" class="button" onClick={retry}>
        {again}
      </button>
    </Notice>
  )
}

export const Spinner = () => <div class="spinner" role="progressbar" aria-label="…" />
