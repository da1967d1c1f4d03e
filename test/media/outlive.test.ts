import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { executable } from '../support/executable.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'
import { outlive, steps } from '../support/media/outlive.ts'

setDefaultTimeout(300_000)

// The mistake that these catch: a server that is killed leaves a process behind, which goes on filling
// the disk of the next one.

const engines = ['embedded', nativeFfmpeg]

describe.skipIf(process.platform !== 'linux').each(engines)('with %s', (engine) => {
  test.skipIf(!engine).each(steps)('no process outlives its server at %s', async (step) => {
    const ms = await outlive([await executable()], engine ?? '', step)
    // Reached: all of them are gone. How soon is printed, since a busy machine may take any time.
    console.log(`      ${engine}, ${step}: gone after ${Math.round(ms)} ms`)
    expect(ms).toBeGreaterThanOrEqual(0)
  })
})
