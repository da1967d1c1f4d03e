import { AppError } from '../../errors.ts'
import { commonPasswords } from './common-passwords.ts'

const minCharacters = 8

/**
 * Refuses a password that an attacker tries first: short, common, a number, or the user's name.
 * @throws AppError password_weak
 */
export function assertStrong(name: string, password: string): void {
  const plain = password.toLowerCase()
  const weak =
    [...password].length < minCharacters ||
    plain === name.toLowerCase() ||
    new Set(plain).size < 4 ||
    // Dates and telephone numbers.
    /^\d+$/.test(plain) ||
    commonPasswords.has(plain) ||
    // `password1!` is guessed as easily as `password`.
    commonPasswords.has(plain.replace(/^[\d\W_]+|[\d\W_]+$/g, ''))
  if (weak) throw new AppError('password_weak')
}
