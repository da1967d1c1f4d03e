// The media child when it runs from source; compiled, `cli/main.ts` calls it.
import { runMediaChild } from './child.ts'

runMediaChild()
