/** The seven states that colour and shape stand for on the stage. */
export const tones = ['pending', 'working', 'ready', 'failed', 'done', 'terminating', 'unknown'] as const
export type Tone = (typeof tones)[number]

/** STATUS words of kubectl, phases, node states and reasons that are no failure. */
const known: Record<string, Tone> = {
  Pending: 'pending',
  SchedulingGated: 'pending',
  Unschedulable: 'pending',
  Waiting: 'pending',
  ContainerCreating: 'working',
  PodInitializing: 'working',
  Pulling: 'working',
  Running: 'ready',
  Ready: 'ready',
  Active: 'ready',
  True: 'ready',
  Bound: 'ready',
  Available: 'ready',
  Completed: 'done',
  Succeeded: 'done',
  Complete: 'done',
  Terminating: 'terminating',
  Unknown: 'unknown',
  NodeLost: 'unknown',
  ContainerStatusUnknown: 'unknown',
}

/**
 * The tone of a word that kubectl prints for a pod, a node or a container. What is not known here is
 * a failure's reason: they are without number (CrashLoopBackOff, ErrImagePull, OOMKilled, ExitCode:3, ...).
 */
export function toneOf(word: string): Tone {
  const found = known[word]
  if (found !== undefined) return found
  if (word === '' || word === '<none>') return 'unknown'
  if (/^Init:\d+\/\d+$/.test(word)) return 'working'
  if (word.startsWith('Ready,')) return 'ready'
  return 'failed'
}

/** For styles: `color: ${toneColour('ready')}`. */
export function toneColour(tone: Tone): string {
  return `var(--${tone})`
}
