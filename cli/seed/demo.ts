import type { Blobs } from '../../src/blob/blob.ts'
import type { Store } from '../../src/store/store.ts'
import { createProgress } from '../progress.ts'
import { note } from '../ui.ts'
import { seedPassword, seedWorld } from './world.ts'

/** Seeds the small default world, for a server that has nobody yet. */
export async function seedDemo(ports: { store: Store; blobs: Blobs }): Promise<void> {
  note('Making a small world to look around in …')
  const { login } = await seedWorld(ports, { seed: 1, size: {} }, createProgress())
  note(`Log in as ${login} with the password ${seedPassword}.`)
}
