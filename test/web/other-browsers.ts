// Goes through the client in WebKitGTK and in Firefox, which the tests have no packages of:
//   xvfb-run bun test/web/other-browsers.ts
// On Debian: apt-get install webkit2gtk-driver firefox-esr xvfb gstreamer1.0-libav
// gstreamer1.0-plugins-good gstreamer1.0-plugins-bad. Prints a table of what held in which.
import type { Driver } from '../support/web/drivers/driver.ts'
import { openFirefox } from '../support/web/drivers/firefox.ts'
import { openWebKit } from '../support/web/drivers/webkit.ts'
import { type Row, tableOf } from '../support/web/targets/table.ts'
import { createWorld, plays, type World } from '../support/web/world.ts'

const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'
const browsers: Record<string, () => Promise<Driver>> = {
  WebKitGTK: () => openWebKit(process.env.DOUYIN_TEST_WEBKIT ?? miniBrowser),
  Firefox: () => openFirefox(process.env.DOUYIN_TEST_FIREFOX ?? '/usr/bin/firefox-esr'),
}

const shown = "document.querySelector('article:not([inert])')?.getAttribute('aria-label')"
const arrowUp = '\uE013'
const waitMs = 20_000

/** Whether something becomes true within a while. */
async function becomes(driver: Driver, expression: string): Promise<boolean> {
  const giveUp = performance.now() + waitMs
  while (performance.now() < giveUp) {
    if (await driver.evaluate(expression)) return true
    await Bun.sleep(50)
  }
  return false
}

/** What is done and what is then to be seen, in this order. */
const steps: readonly (readonly [
  what: string,
  act: (driver: Driver, world: World) => Promise<unknown>,
  seen: string,
])[] = [
  ['plays by itself', (driver, { server }) => driver.goto(server.url), plays],
  ['a key is a step', (driver) => driver.press('j'), `${shown} === 'video 4' && ${plays}`],
  ['and back', (driver) => driver.press(arrowUp), `${shown} === 'video 5' && ${plays}`],
  [
    'the sheet of comments opens',
    (driver) => driver.press('c'),
    "document.querySelector('dialog[open] .composer') !== null",
  ],
  [
    'Back closes it, and the video goes on',
    (driver) => driver.back(),
    `document.querySelector('dialog') === null && ${plays}`,
  ],
  [
    'a like asks for a login',
    (driver) => driver.click('article:not([inert]) .rail-button'),
    "document.querySelector('dialog[open] input[name=username]') !== null",
  ],
  [
    'a profile shows works',
    (driver, { server, author }) => driver.goto(`${server.url}/user/${author.id}`),
    "document.querySelectorAll('.grid a').length === 5",
  ],
  [
    'a work plays',
    (driver) => driver.click('.grid li:nth-of-type(2) a'),
    `${shown} === 'video 4' && ${plays}`,
  ],
  [
    'Back leads to the profile',
    (driver) => driver.back(),
    "document.querySelectorAll('.grid a').length === 5",
  ],
  [
    'an address of a video begins there',
    (driver, { server }) => driver.goto(`${server.url}/video/2`),
    `${shown} === 'video 2' && ${plays}`,
  ],
]

if (import.meta.main) {
  await using world = await createWorld(['video 1', 'video 2', 'video 3', 'video 4', 'video 5'])
  const rows: Row[] = []
  for (const [name, open] of Object.entries(browsers)) {
    const row = (target: string, measured: string, ok: boolean) =>
      rows.push({ target: `${name}: ${target}`, measured, bound: 'yes', ok })
    await using driver = await open()
    row('is', String(await driver.evaluate('navigator.userAgent')), true)
    for (const [what, act, seen] of steps) {
      try {
        await act(driver, world)
        const ok = await becomes(driver, seen)
        row(what, ok ? 'yes' : `no: ${await driver.evaluate(shown)}`, ok)
      } catch (error) {
        row(what, String(error), false)
      }
    }
  }
  console.log(tableOf(rows))
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
}
