/** How a question about a method is written. */

/** `method` or `method@task(arguments)`. */
export function methodQuestion(text: string): { readonly method: string; readonly task?: string } {
  const at = text.indexOf('@')
  return at < 0 ? { method: text } : { method: text.slice(0, at), task: text.slice(at + 1) }
}
