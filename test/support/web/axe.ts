import type { Page } from 'playwright-core'

const script = await Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text()

/** What axe-core finds wrong on a page, by each of its rules: `rule: what, where`. */
export async function axeProblems(page: Page): Promise<string[]> {
  // As the developer tools run it: the policy of the page allows no other script.
  await page.evaluate(script)
  return page.evaluate(`axe.run(document).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => id + ': ' + help + ', ' + target.join(' '))))`)
}
