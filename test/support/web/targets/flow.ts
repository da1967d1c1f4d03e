import { axeProblems } from '../axe.ts'
import { allScreens, settle, sheets, showSheet } from '../screens.ts'
import type { VisitOptions, World } from '../world.ts'
import { countBytes } from './load.ts'
import { most, none, type Row } from './table.ts'

/** What was seen of every screen and sheet. */
export interface Tour {
  /** What axe found, with where. */
  readonly axe: string[]
  /** Errors, violations of the policy, requests to other hosts. */
  readonly problems: string[]
  /** Scripts and styles of all of it: KB. */
  readonly codeKb: number
}

/** Opens every screen and every sheet of somebody who has something on each. */
export async function tour(world: World, options: VisitOptions = {}): Promise<Tour> {
  const { person, videoId, paths } = await allScreens(world)
  await using visit = await world.visit('/healthz', { ...options, as: person })
  const { page } = visit
  const count = await countBytes(await page.context().newCDPSession(page))
  const axe: string[] = []
  for (const path of paths) {
    await page.goto(world.server.url + path)
    await settle(page)
    axe.push(...(await axeProblems(page)).map((one) => `${path}: ${one}`))
  }
  await page.goto(world.server.url)
  for (const sheet of sheets) {
    await showSheet(page, sheet, videoId)
    axe.push(...(await axeProblems(page)).map((one) => `${sheet}: ${one}`))
    await page.goBack()
    await page.locator('dialog').waitFor({ state: 'detached' })
  }
  // Of somebody who isn't there, the page is a 404.
  const problems = visit.problems.filter((one) => !one.includes('404'))
  return { axe, problems, codeKb: count().codeKb }
}

export async function flow(world: World): Promise<Row[]> {
  const { axe, problems, codeKb } = await tour(world)
  return [
    most('JS + CSS, all of one language', codeKb, 45, ' KB', 1),
    none('axe, on every screen', axe),
    none('console, policy, other hosts on every screen', problems),
  ]
}
