import { BunAdapter } from 'elysia/adapter/bun'

const { composeGeneralHandler } = BunAdapter

/**
 * Elysia's adapter for Bun, for hosts of any length. Elysia looks for the path of a URL from its
 * 12th character on, or from its 8th if told that hosts may be short, which is inside `https://`:
 * either way `https://pi/` leads nowhere. From the 9th it is found behind every host of `http://`
 * and `https://`.
 */
export const adapter: typeof BunAdapter = {
  ...BunAdapter,
  composeGeneralHandler: {
    ...composeGeneralHandler,
    createContext(app) {
      const code = composeGeneralHandler.createContext(app)
      return code.replace(/(?<=u\.indexOf\('\/',)\d+(?=\))/, '8')
    },
  },
}
