import type { Page } from 'playwright-core'

/** Registers in the dialog that asks for a login, and waits until it is gone. */
export async function registerIn(page: Page, name: string): Promise<void> {
  const dialog = page.locator('dialog[open]').filter({ has: page.locator('[name=password]') })
  await dialog.locator('form > button.link').click()
  await dialog.locator('input[name=username]').fill(name)
  await dialog.locator('input[name=password]').fill('a-long-secret-1')
  await dialog.locator('button[type=submit]').click()
  await dialog.waitFor({ state: 'detached' })
}

/** Has what a page asks of some addresses refused, as asked for too often, while `is` is true. */
export async function refuseAsked(page: Page, addresses: string): Promise<{ is: boolean }> {
  const refused = { is: true }
  await page.route(addresses, (route) =>
    refused.is
      ? route.fulfill({ status: 429, json: { status_code: 9429, status_msg: 'slow' } })
      : route.continue(),
  )
  return refused
}
