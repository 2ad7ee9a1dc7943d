/** Where the package's own files (the examples) lie, from source and from the build alike. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InternalError } from '../../solvers/contract/index.ts'

export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new InternalError('the package folder cannot be found')
    folder = parent
  }
  return folder
}
