// Prints the table of what the web client promises about weight and speed, each figure beside its
// bound and, where it depends on the machine, beside a bare page with one `<video>` in the same run:
//   bun test/web/targets.ts [weight|speed|swipes|bounded|smooth|flow]...
// `lighthouse.ts` has the rest of it.
import { flow } from '../support/web/targets/flow.ts'
import { speed, weight } from '../support/web/targets/load.ts'
import { smooth } from '../support/web/targets/smooth.ts'
import { bounded, swipes } from '../support/web/targets/swipes.ts'
import { type Row, tableOf } from '../support/web/targets/table.ts'
import { createWorld } from '../support/web/world.ts'

const parts = { weight, speed, swipes, bounded, smooth, flow }

if (import.meta.main) {
  const wanted = process.argv.slice(2)
  await using world = await createWorld(Array.from({ length: 12 }, (_, at) => `video ${at}`))
  // From source, the first request builds the client.
  await fetch(world.server.url)
  const rows: Row[] = []
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await part(world)))
  }
  console.log(tableOf(rows))
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
}
