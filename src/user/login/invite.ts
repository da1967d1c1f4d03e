import { customAlphabet } from 'nanoid'
import { hashToken } from './session.ts'

/** Nothing that is mistaken for another when it is read out or written down. */
const draw = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 20)

/** An invite code of 99 random bits, in groups. */
export const newInviteCode = (): string => draw().replace(/.{5}(?=.)/g, '$&-')

/** What is stored of a code, however it was written down. */
export const hashInviteCode = (code: string): string =>
  hashToken(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
