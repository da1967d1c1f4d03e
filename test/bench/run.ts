import { type Bench, wanted } from './bench.ts'
import { bareLoop, createBatchSize } from './cases/bare-loop.ts'
import { casesFor } from './cases/cases.ts'
import { compare, type Plain } from './cases/compare.ts'
import { rawCost } from './cases/queries.ts'
import { chatFigures } from './chat/chat.ts'
import { besideLoop, besideMinimal } from './figures/beside-plain.ts'
import { footprint, memoryAfter } from './figures/footprint.ts'
import { halfLoad } from './figures/half-load.ts'
import { feedBesideLogins } from './figures/logins.ts'
import { feedBesideLists } from './figures/long-lists.ts'
import { mediaFigures, publishFigure } from './figures/media.ts'
import { readsBesideWrites } from './figures/reads-beside-writes.ts'
import { scaleFigures } from './figures/scale.ts'
import { servingFigure } from './figures/serving.ts'
import { singleWriter } from './figures/single-writer.ts'
import type { Figure, Report, Versus } from './report/report.ts'
import { say } from './report/say.ts'
import { serve, startMinimal } from './servers/serve.ts'
import { castFor } from './world/cast.ts'
import { copyOfWorld, openWorld, removeWorld } from './world/world.ts'

/** Everything that was asked for; what can't be measured is a failure and stops nothing else. */
export async function runAll(bench: Bench): Promise<Report & { failures: string[] }> {
  const versus: Versus[] = []
  const figures: Figure[] = []
  const failures: string[] = []
  const attempt = async (
    name: string,
    run: () => Promise<void>,
    kind: 'read' | 'write' | null = null,
  ) => {
    if (!wanted(bench.options, name, kind)) return
    say(`${name} …`)
    try {
      await run()
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`)
    }
  }

  const data = await copyOfWorld(bench.world)
  const loopData = await copyOfWorld(bench.world)
  const minimalData = await copyOfWorld(bench.world)
  try {
    const cast = castFor(data)
    const cases = casesFor(cast)
    const writes = cases.filter(({ kind }) => kind === 'write')
    const feed = cases.find(({ name }) => name === 'feed, logged in')!
    const server = await serve(bench.binary, data)
    const batchSize = createBatchSize(server)
    const database = openWorld(data)
    try {
      for (const one of cases) {
        const run = async () => {
          const plain: Plain = {
            runLoop: async (seconds) =>
              bareLoop(loopData, one, cast, { batch: await batchSize(), seconds }),
            startMinimal: (captured) => startMinimal(bench, minimalData, one, cast, captured),
          }
          const { single, loop, minimal, ...compared } = await compare(
            ...([server, one, bench, one.kind === 'write' ? plain : null] as const),
          )
          const sqlite = loop ?? rawCost(database, cast, one.name, bench.options.short)
          versus.push({ name: one.name, bar: one.bar, sqlite, ...compared })
          if (loop) figures.push(besideLoop(one, compared.ours, loop))
          if (minimal) figures.push(besideMinimal(one, compared.ours, minimal))
          if (single) figures.push(singleWriter(bench, one, single))
        }
        await attempt(one.name, run, one.kind)
      }
      for (const one of writes) {
        const run = async () => void figures.push(await halfLoad(bench, server, one))
        await attempt(`${one.name}, half load`, run, 'write')
      }
      await attempt('reads beside writes', async () => {
        figures.push(...(await readsBesideWrites(bench, server, feed, writes)))
      })
      await attempt('chat', async () => {
        figures.push(...(await chatFigures(bench, server, cast)))
      })
      await attempt('publish', async () => {
        figures.push(...(await publishFigure(bench, server, cast)))
      })
      await attempt('serving a 4 MB file', async () => {
        figures.push(...(await servingFigure(bench, server, data)))
      })
      await attempt('feed beside logins', async () => {
        figures.push(await feedBesideLogins(bench, server, feed, cast))
      })
      figures.push(memoryAfter(server))
    } finally {
      database.close()
      await server.stop()
    }
    await attempt('feed beside long lists', async () => {
      figures.push(await feedBesideLists(bench, feed))
    })
    await attempt('start and memory', async () => {
      figures.push(...(await footprint(bench, data)))
    })
  } finally {
    removeWorld(data)
    removeWorld(loopData)
    removeWorld(minimalData)
  }
  await attempt('ingest and cover', async () => {
    figures.push(...(await mediaFigures(bench)))
  })
  if (bench.options.scale) figures.push(...(await scaleFigures(bench, attempt)))
  return { versus, figures, failures }
}
