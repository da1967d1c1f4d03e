import { AppError } from '../../errors.ts'
import { commonPasswords } from './common-passwords.ts'

/** Characters below which a password is guessed in no time. */
const shortest = 8

/**
 * Refuses a password that others would try first: short, much used, a number, or the name of its user.
 * @throws AppError password_weak
 */
export function assertStrong(name: string, password: string): void {
  const plain = password.toLowerCase()
  const weak =
    [...password].length < shortest ||
    plain === name.toLowerCase() ||
    new Set(plain).size < 4 ||
    // Dates and telephone numbers.
    /^\d+$/.test(plain) ||
    commonPasswords.has(plain) ||
    // `password1!` is no other password than `password`.
    commonPasswords.has(plain.replace(/^[\d\W_]+|[\d\W_]+$/g, ''))
  if (weak) throw new AppError('password_weak')
}
