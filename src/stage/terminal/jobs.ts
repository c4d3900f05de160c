/** Commands that were begun with `&`, by the numbers that `jobs` gives them. */

export interface Job {
  readonly number: number
  /** Of the film. */
  readonly command: number
  readonly text: string
}

/** With one more, under the number after the highest that still runs. */
export function withJob(jobs: readonly Job[], command: number, text: string, isRunning: (command: number) => boolean): Job[] {
  const left = jobs.filter((job) => isRunning(job.command))
  return [...left, { number: Math.max(0, ...left.map((job) => job.number)) + 1, command, text }]
}

/** As bash lists one: the latest has a plus, the one before a minus. */
export function jobLine(jobs: readonly Job[], job: Job, state: 'Running' | 'Terminated'): string {
  const place = jobs.length - jobs.indexOf(job)
  const mark = place === 1 ? '+' : place === 2 ? '-' : ' '
  return `[${job.number}]${mark}  ${state.padEnd(24)}${job.text}${state === 'Running' ? ' &' : ''}\n`
}

/** `%1`, `%%`, `%kubectl`; nothing at all means the latest. */
export function jobNamed(jobs: readonly Job[], name = '%%'): Job | undefined {
  const what = name.replace(/^%/, '')
  if (what === '' || what === '%' || what === '+') return jobs.at(-1)
  if (what === '-') return jobs.at(-2)
  return jobs.find((job) => (/^\d+$/.test(what) ? job.number === Number(what) : job.text.startsWith(what)))
}
