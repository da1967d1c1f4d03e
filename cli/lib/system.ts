/** What the system says by a code that its text doesn't say to people. */
const reasons: Record<string, string> = {
  EISDIR: 'it is a directory',
  EEXIST: 'it is there already',
}

/** What a program was about to do to a path. */
const deeds: Record<string, string> = {
  mkdir: 'made',
  open: 'opened',
  scandir: 'read',
  read: 'read',
  unlink: 'removed',
  rm: 'removed',
}

/** Why the system refused something: `permission denied`. */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  // Node says `EACCES: permission denied, open '/x'`.
  return reasons[code] ?? /^[A-Z0-9]+: (.*?)(, |$)/.exec(message)?.[1] ?? message
}

/** `/x cannot be opened: permission denied.`; null if the error isn't one of the system. */
export function systemSentence(error: NodeJS.ErrnoException): string | null {
  const { code, path, syscall = '', message } = error
  if (!message.startsWith(`${code}: `)) return null
  const reason = reasonOf(error)
  return path === undefined
    ? `The system refused: ${reason}.`
    : `${path} cannot be ${deeds[syscall] ?? 'written'}: ${reason}.`
}
