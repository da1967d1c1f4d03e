declare module 'lucide/dist/esm/icons/*.mjs' {
  const nodes: readonly (readonly [tag: string, attributes: Record<string, string>])[]
  export default nodes
}

declare module '*.css'
