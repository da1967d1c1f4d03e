/** Lines that go out together: a system call for each request would cost more than the request. */
export interface LogBuffer {
  /** Takes a line; an urgent one goes out at once, with all before it. */
  write(line: string, urgent?: boolean): void
  flush(): void
}

/** ms that a line waits at most, and characters that are kept at most. */
const wait = 100
const most = 32 << 10

/** Gathers lines and hands them to `put` as one text. */
export function createLogBuffer(put: (text: string) => void): LogBuffer {
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
    write(line, urgent = false) {
      text += `${line}\n`
      if (urgent || text.length > most) flush()
      else timer ??= setTimeout(flush, wait)
    },
    flush,
  }
}
