import type { Command } from 'commander'
import { type Config, loadConfig, settings } from '../../src/config.ts'
import { Failure } from './failure.ts'

/**
 * The configuration that a command was called with. Variables count only for settings that the
 * command has, so that a mistake in another one can't stop it.
 * @throws Failure with a sentence that names the flag or the variable
 */
export function readConfig(command: Command): Config {
  const flags: Record<string, string> = {}
  const env: Record<string, string | undefined> = {}
  for (const option of command.options) {
    const name = option.attributeName()
    if (!(name in settings)) continue
    if (option.envVar) env[option.envVar] = process.env[option.envVar]
    if (command.getOptionValueSource(name) === 'cli')
      flags[name] = String(command.getOptionValue(name))
  }
  try {
    return loadConfig(flags, env)
  } catch (error) {
    throw new Failure((error as Error).message, 2)
  }
}
