import { words } from '../lib/language.ts'

interface PasswordProps {
  readonly name: string
  readonly label: string
  readonly shown: boolean
  readonly autocomplete: 'new-password' | 'current-password'
}

const maxChars = 32

/** The field of a password. */
export function Password({ name, label, shown, autocomplete }: PasswordProps) {
  return (
    <label>
      {label}
      <input
        {...(shown ? { type: 'text' } : { type: 'password' })}
        name={name}
        required
        maxLength={maxChars}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
      />
    </label>
  )
}

/** The way to see what one types into such fields. */
export function ShowPassword({ shown, show }: { shown: boolean; show: (on: boolean) => void }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={shown}
        onChange={({ currentTarget }) => show(currentTarget.checked)}
      />
      {words.value.showPassword}
    </label>
  )
}
