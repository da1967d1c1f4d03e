declare module 'lucide/dist/esm/icons/*.mjs' {
  /** Not as the package has it: the build makes one path of its parts. */
  const path: string
  export default path
}
