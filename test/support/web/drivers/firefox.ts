import { temporaryDirectory } from '../../temporary-directory.ts'
import { type Driver, saying } from './driver.ts'

/**
 * Starts Firefox by its own WebDriver BiDi: https://www.w3.org/TR/webdriver-bidi/. It needs no display.
 * @param browser path of Firefox
 */
export async function openFirefox(browser: string): Promise<Driver> {
  const profile = temporaryDirectory()
  const flags = [
    '--headless',
    '--no-remote',
    '--profile',
    profile.path,
    '--remote-debugging-port=0',
  ]
  const child = Bun.spawn([browser, ...flags], { stdout: 'ignore', stderr: 'pipe' })
  const address = await saying(child.stderr, /WebDriver BiDi listening on (\S+)/)
  const socket = new WebSocket(`${address}/session`)
  const waiting = new Map<number, (answer: any) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data))
    waiting.get(answer.id)?.(answer)
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  let lastId = 0
  const ask = async (method: string, params: object) => {
    const id = ++lastId
    const { promise, resolve } = Promise.withResolvers<any>()
    waiting.set(id, resolve)
    socket.send(JSON.stringify({ id, method, params }))
    const { type, result, error, message } = await promise
    if (type === 'error') throw new Error(`${error}: ${message}`)
    return result
  }
  await ask('session.new', { capabilities: {} })
  const { contexts } = await ask('browsingContext.getTree', {})
  const { context } = contexts[0]
  const evaluate = async (expression: string) => {
    const params = { target: { context }, awaitPromise: true }
    // As text, since BiDi has words of its own for each kind of value.
    const { result } = await ask('script.evaluate', {
      ...params,
      expression: `JSON.stringify(${expression})`,
    })
    return result?.value === undefined ? undefined : JSON.parse(result.value)
  }
  const perform = (type: string, id: string, actions: object[]) =>
    ask('input.performActions', { context, actions: [{ type, id, actions }] })
  return {
    goto: (url) => ask('browsingContext.navigate', { context, url, wait: 'complete' }),
    evaluate,
    press: (value) =>
      perform('key', 'keys', [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]),
    async click(selector) {
      const box = `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect()`
      const { x, y, width, height } = (await evaluate(box)) as DOMRect
      const middle = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) }
      await perform('pointer', 'mouse', [
        { type: 'pointerMove', ...middle },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ])
    },
    back: () => ask('browsingContext.traverseHistory', { context, delta: -1 }),
    async [Symbol.asyncDispose]() {
      socket.close()
      child.kill()
      await child.exited
      profile.clean()
    },
  }
}
