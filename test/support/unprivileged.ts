/**
 * The start of a command that permissions count for, because the system lets root through everywhere;
 * null where there is none.
 */
export const unprivileged: readonly string[] | null =
  process.getuid?.() !== 0 ? [] : Bun.which('setpriv') ? setpriv() : null

function setpriv(): readonly string[] | null {
  const start = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  // It has to reach the program too, which may be installed for root alone.
  const { success } = Bun.spawnSync([...start, process.execPath, '--version'])
  return success ? start : null
}
