import type { Command } from 'commander'
import type { Context } from '../../src/context.ts'
import { openOrMake } from '../lib/open.ts'
import { note, print, printJson } from '../lib/output.ts'
import { createProgress } from '../lib/progress.ts'
import { plural } from '../lib/text.ts'
import type { WorldSize } from './plan.ts'
import { seedPassword, seedWorld } from './world.ts'

/** `douyin seed`. */
export async function seed(
  options: Partial<WorldSize> & { seed: number; json?: true },
  command: Command,
): Promise<void> {
  const { seed, json, ...size } = options
  await using ports = openOrMake(command)
  const world = await seedWorld(ports, { seed, size }, createProgress())
  if (json) return printJson({ ...world, password: seedPassword })
  const made = [
    plural(world.users, 'user'),
    plural(world.videos, 'video'),
    plural(world.likes, 'like'),
    plural(world.comments, 'comment'),
    plural(world.follows, 'follow'),
    plural(world.messages, 'message'),
  ]
  print(`Made ${made.join(', ')}.`)
  print(
    `Log in as ${world.login}, or as any other of these users, with the password ${seedPassword}.`,
  )
}

/** Seeds the default world, for a server that has no users yet. */
export async function seedDemo(ports: Pick<Context, 'store' | 'blobs'>): Promise<void> {
  note('Creating demo data …')
  const { login } = await seedWorld(ports, { seed: 1, size: {} }, createProgress())
  note(`Log in as ${login} with the password ${seedPassword}.`)
}
