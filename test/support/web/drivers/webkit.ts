import { until } from '../../until.ts'
import type { Driver } from './driver.ts'

/** The key under which WebDriver hands out elements. */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf'

/**
 * Starts WebKitGTK by its WebDriver: https://www.w3.org/TR/webdriver2/. It needs a display.
 * @param browser path of its MiniBrowser
 */
export async function openWebKit(browser: string, port = 14_444): Promise<Driver> {
  const child = Bun.spawn(['WebKitWebDriver', `--port=${port}`], { stderr: 'ignore' })
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const { value } = (await response.json()) as { value: any }
    if (value?.error) throw new Error(`${value.error}: ${value.message}`)
    return value
  }
  await until(() =>
    send('GET', '/status').then(
      ({ ready }) => ready,
      () => false,
    ),
  )
  const options = { binary: browser, args: ['--automation'] }
  const { sessionId } = await send('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
  })
  const ask = (method: string, path: string, body?: object) =>
    send(method, `/session/${sessionId}${path}`, body)
  return {
    goto: (url) => ask('POST', '/url', { url }),
    evaluate: (expression) =>
      ask('POST', '/execute/sync', { script: `return (${expression})`, args: [] }),
    press: (key) => {
      const actions = [
        { type: 'keyDown', value: key },
        { type: 'keyUp', value: key },
      ]
      return ask('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions }] })
    },
    async click(selector) {
      const found = await ask('POST', '/element', { using: 'css selector', value: selector })
      await ask('POST', `/element/${found[elementKey]}/click`, {})
    },
    back: () => ask('POST', '/back', {}),
    async [Symbol.asyncDispose]() {
      await ask('DELETE', '').catch(() => {})
      child.kill()
      await child.exited
    },
  }
}
