/**
 * One writer at a time, by files alone. Every starter lays down a claim under a name that nobody else ever uses, then looks
 * at all claims: alone with its own it holds the lock; beside a living one it withdraws. Two starters that look at the same
 * time see each other, since each looks after it claimed. Claims of the dead are removed by whoever meets them; as their
 * names are never used again, nobody can remove a living claim by mistake, which is what breaks locks that are taken over
 * by deleting and creating one name.
 */
import { randomBytes } from 'node:crypto'
import { readdir, readFile, readlink, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { JournalLockedError } from '../../domain/journal.ts'

/** Who made a claim. A process is told from a later one with the same number by its start and the boot. */
interface Claimant {
  readonly pid: number
  readonly host: string
  readonly boot: string | null
  /** The process namespace: numbers of another one mean nothing here. */
  readonly space: string | null
  readonly started: string | null
}

export interface FileLock {
  release(): Promise<void>
}

const ATTEMPTS = 20

/**
 * @param path the file to be locked; claims lie beside it as `NAME.lock-...`
 * @throws JournalLockedError when somebody else holds the lock, or may hold it: who is on another machine or in another
 * container is taken to be alive
 */
export async function lockFile(path: string): Promise<FileLock> {
  const mine = await describe(process.pid)
  for (let attempt = 1; ; attempt++) {
    const claim = `${path}.lock-${randomBytes(12).toString('hex')}`
    await create(claim, mine)
    const release = async (): Promise<void> => {
      await remove(`${claim}.held`)
      await remove(claim)
    }
    const other = await rival(path, claim, mine).catch(async (error: unknown) => {
      await release()
      throw error
    })
    if (other === null) {
      // Those who meet this claim from now on need not wait for it to withdraw.
      await create(`${claim}.held`, mine)
      return { release }
    }
    await release()
    if (other.held || attempt === ATTEMPTS) {
      const hint = other.foreign
        ? `wait for it to end; if it is certainly gone, remove ${other.claim}`
        : 'wait for it to end, or end it'
      throw new JournalLockedError(path, other.holder, hint)
    }
    // Both withdrew: whoever draws the shorter wait is alone.
    await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 5 * attempt))
  }
}

interface Rival {
  readonly claim: string
  readonly holder: string
  readonly held: boolean
  readonly foreign: boolean
}

async function rival(path: string, own: string, mine: Claimant): Promise<Rival | null> {
  const folder = dirname(path)
  const prefix = `${basename(path)}.lock-`
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
  let found: Rival | null = null
  for (const name of names) {
    const claim = join(folder, name)
    if (claim === own || name.endsWith('.held')) continue
    const text = await read(claim)
    if (text === null) continue
    const theirs = parse(text)
    const foreign = theirs === null || theirs.host !== mine.host || theirs.space !== mine.space
    if (!foreign && !(await alive(theirs, mine))) {
      await remove(`${claim}.held`)
      await remove(claim)
      continue
    }
    const holder = theirs === null ? 'somebody who left an unreadable claim' : `process ${theirs.pid} on ${theirs.host}`
    const held = (await read(`${claim}.held`)) !== null
    if (found === null || held) found = { claim, holder, held, foreign }
  }
  return found
}

async function alive(theirs: Claimant, mine: Claimant): Promise<boolean> {
  if (theirs.boot !== null && mine.boot !== null && theirs.boot !== mine.boot) return false
  try {
    process.kill(theirs.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  if (theirs.started === null) return true
  const now = await startOf(theirs.pid)
  return now === null || now === theirs.started
}

async function describe(pid: number): Promise<Claimant> {
  const boot = (await read('/proc/sys/kernel/random/boot_id'))?.trim() ?? null
  const space = await readlink('/proc/self/ns/pid').catch(() => null)
  return { pid, host: hostname(), boot, space, started: await startOf(pid) }
}

/** Start of a process in clock ticks since boot, where the system tells. */
async function startOf(pid: number): Promise<string | null> {
  const text = await read(`/proc/${pid}/stat`)
  // The name of the program, in parentheses, may hold anything; fields are counted behind it.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function parse(text: string): Claimant | null {
  try {
    const found = JSON.parse(text) as Claimant | null
    return found !== null && Number.isInteger(found.pid) && found.pid > 0 ? found : null
  } catch {
    return null
  }
}

/** Under its name the claim is complete from the first moment on. */
async function create(path: string, content: Claimant): Promise<void> {
  const draft = `${path}.draft`.replace('.lock-', '.claim-')
  await writeFile(draft, JSON.stringify(content), { flag: 'wx' })
  await rename(draft, path)
}

async function read(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
