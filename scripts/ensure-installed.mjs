// Installs the locked dependencies when node_modules is missing or older than the lock file; does nothing otherwise.
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const installed = `${root}node_modules/.package-lock.json`
const locked = `${root}package-lock.json`

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(locked).mtimeMs) {
  const npm = process.env.npm_execpath
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  if (npm === undefined) execFileSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  else execFileSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
}
