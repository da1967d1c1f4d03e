/** How long a line waits at most, and how much text is kept at most. */
const maxWaitMs = 100
const maxCharacters = 32 << 10

/**
 * Gathers lines and hands them to `put` as one text: a system call for each request would cost more
 * than the request.
 */
export function createLogBuffer(put: (text: string) => void) {
  let text = ''
  let timer: NodeJS.Timeout | null = null
  const flush = () => {
    if (timer) clearTimeout(timer)
    timer = null
    if (text === '') return
    const out = text
    text = ''
    put(out)
  }
  return {
    /** Takes a line; an urgent one goes out at once, with all before it. */
    write(line: string, urgent = false): void {
      text += `${line}\n`
      if (urgent || text.length > maxCharacters) flush()
      else timer ??= setTimeout(flush, maxWaitMs)
    },
    flush,
  }
}
