/** The part of Trusted Types that is used; not every browser has it. */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

/** Lets the client be installed and open without a network, where the browser allows it. */
export function installWorker(): void {
  if (!('serviceWorker' in navigator)) return
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
  const policy = factory?.createPolicy('worker', { createScriptURL: (url) => url })
  const install = () => {
    const address = policy?.createScriptURL('/sw.js') ?? '/sw.js'
    navigator.serviceWorker.register(address).catch(() => {})
  }
  // After the first video has what it needs.
  if (document.readyState === 'complete') install()
  else addEventListener('load', install)
}
