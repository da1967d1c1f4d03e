// Asks Lighthouse, as a phone would see the client, and prints a table beside its bounds:
//   bun test/web/lighthouse.ts [path of a lighthouse]
// Without a path, Node's npx brings Lighthouse, which is too large a package for what it is asked.
import { browserProgram, quiet } from '../support/browser.ts'
import { type Row, tableOf } from '../support/web/targets/table.ts'
import { createWorld } from '../support/web/world.ts'

const bounds = { performance: 95, accessibility: 100, 'best-practices': 100 } as const
type Category = keyof typeof bounds

interface Report {
  readonly categories: Record<Category, { score: number; auditRefs: { id: string }[] }>
  readonly audits: Record<string, { score: number | null; title: string; displayValue?: string }>
}

async function lighthouse(url: string, command: readonly string[]): Promise<Report> {
  const { executablePath, env } = await browserProgram()
  const flags = [
    '--output=json',
    '--quiet',
    `--only-categories=${Object.keys(bounds)}`,
    `--chrome-flags=${['--headless=new', ...quiet].join(' ')}`,
  ]
  const child = Bun.spawn([...command, url, ...flags], {
    env: { ...process.env, ...env, CHROME_PATH: executablePath },
    stderr: 'inherit',
  })
  const text = await child.stdout.text()
  if ((await child.exited) !== 0) throw new Error(`lighthouse ended with ${child.exitCode}`)
  return JSON.parse(text)
}

/** The scores of an address, each with what is short in it. */
async function rowsOf(name: string, url: string, command: readonly string[]): Promise<Row[]> {
  const { categories, audits } = await lighthouse(url, command)
  return Object.entries(bounds).map(([category, bound]) => {
    const { score, auditRefs } = categories[category as Category]
    const points = Math.round(score * 100)
    const short = auditRefs
      .map(({ id }) => audits[id])
      .filter((audit) => audit && audit.score !== null && audit.score < 0.9)
      .map((audit) => `${audit?.title} ${audit?.displayValue ?? ''}`.trim())
    const measured = [String(points), ...(points < bound ? short : [])].join('; ')
    return { target: `${name}: ${category}`, measured, bound: `≥ ${bound}`, ok: points >= bound }
  })
}

if (import.meta.main) {
  const [own] = process.argv.slice(2)
  const command = own ? [own] : ['npx', '--yes', 'lighthouse@12.2.1']
  await using world = await createWorld(Array.from({ length: 12 }, (_, at) => `video ${at}`))
  const { url } = world.server
  // From source, the first request builds the client.
  await fetch(url)
  const rows: Row[] = []
  for (const path of ['/', `/user/${world.author.id}`]) {
    rows.push(...(await rowsOf(path, url + path, command)))
  }
  console.log(tableOf(rows))
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
}
