/** What the tour of the other browsers does in each. */
export interface Driver extends AsyncDisposable {
  goto(url: string): Promise<void>
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>
  /** Presses a key; one that isn't a character by its WebDriver code point. */
  press(key: string): Promise<void>
  click(selector: string): Promise<void>
  back(): Promise<void>
}

/** Waits for what a program says that matches, and gives what it caught. */
export async function saying(output: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true })
    const found = pattern.exec(text)
    if (found) return found[1] ?? ''
  }
  throw new Error(`it ended: ${text}`)
}
