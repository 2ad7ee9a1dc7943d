/** How eagerly the JavaScript engine compiles for speed. */
import { setFlagsFromString } from 'node:v8'

/** Bytes of interpreted code a function runs before it is optimised; the engine's own setting is 135,168. */
const LATER_BUDGET = 1_000_000

/**
 * Lets functions run longer before they are optimised. Answers that take a few tenths of a second otherwise spend a third of
 * their processor time on compiling functions that end soon after; on a search of seconds the delay is lost in the noise.
 * For the whole process, so the command alone may decide it. Called after the modules are loaded: code that the engine
 * ships compiled would be compiled again under changed settings.
 */
export function optimiseLater(): void {
  setFlagsFromString(`--interrupt-budget=${LATER_BUDGET}`)
}
