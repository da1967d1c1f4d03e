// The media child when it runs from source; in the executable, `cli/main.ts` starts it.
import { runMediaChild } from './media-child.ts'

runMediaChild()
