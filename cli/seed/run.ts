import type { Command } from 'commander'
import { openOrMake } from '../open.ts'
import { createProgress } from '../progress.ts'
import type { SeedOptions } from '../seed.ts'
import { count, print, printJson } from '../ui.ts'
import { seedPassword, seedWorld } from './world.ts'

/** `douyin seed`. */
export async function seed(options: SeedOptions, command: Command): Promise<void> {
  const { seed, json, ...size } = options
  await using ports = openOrMake(command)
  const world = await seedWorld(ports, { seed, size }, createProgress())
  if (json) return printJson({ ...world, password: seedPassword })
  const made = [
    count(world.users, 'user'),
    count(world.videos, 'video'),
    count(world.likes, 'like'),
    count(world.comments, 'comment'),
    count(world.follows, 'follow'),
    count(world.messages, 'message'),
  ]
  print(`Made ${made.join(', ')}.`)
  print(`Log in as ${world.login}, or as anybody else, with the password ${seedPassword}.`)
}
