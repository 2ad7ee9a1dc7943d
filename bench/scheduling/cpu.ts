/** CPU seconds of this process as a clock and as a limit: on a shared machine the wall clock says little. */

/** User and system time of the process so far, all threads together. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** A signal that reads as aborted once the process has used so many CPU seconds more; it fires no event. */
export function cpuLimit(seconds: number): AbortSignal {
  const until = cpuSeconds() + seconds
  const { signal } = new AbortController()
  Object.defineProperty(signal, 'aborted', { get: () => cpuSeconds() >= until })
  return signal
}
