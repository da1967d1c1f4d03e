import { words } from '../lib/language.ts'
import type { Signal } from '../lib/signals.ts'
import { Icon } from './icon.tsx'
import { sendIcon } from './icons.ts'

interface ComposerProps {
  readonly text: Signal<string>
  readonly maxChars: number
  /** After each change of the text. */
  readonly wrote?: () => void
  /** Is handed what is to be sent, never nothing. */
  readonly send: (content: string) => void
}

/** The line at the end of a list of what people say, where one writes. */
export function Composer({ text, maxChars, wrote, send }: ComposerProps) {
  const w = words.value
  const content = text.value.trim()
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        if (content !== '') send(content)
      }}
    >
      <input
        type="text"
        maxLength={maxChars}
        placeholder={w.sayNice}
        aria-label={w.sayNice}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value
          wrote?.()
        }}
        enterkeyhint="send"
        autocomplete="off"
        dir="auto"
      />
      <button type="submit" class="round primary" aria-label={w.send} disabled={content === ''}>
        <Icon of={sendIcon} />
      </button>
    </form>
  )
}
