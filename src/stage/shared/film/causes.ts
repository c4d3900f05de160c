import type { Step } from '../../../worker/protocol.ts'

/**
 * Why a step happened: the steps that led to it, from the keystroke (or from whatever began it) to the step
 * itself. Who watches was told by the write, whatever task carried the message: a watch goes back to the
 * write of its revision.
 */
export function causeChain(steps: readonly Step[], index: number): Step[] {
  const chain: Step[] = []
  for (let step = steps[index]; step !== undefined; step = causeOf(steps, step)) chain.unshift(step)
  return chain
}

function causeOf(steps: readonly Step[], step: Step): Step | undefined {
  if (step.kind === 'watch') {
    const write = writeOf(steps, step.detail?.['revision'])
    if (write !== undefined && write.index < step.index) return write
  }
  // A cause lies before its effect: a chain always ends.
  return step.cause !== undefined && step.cause < step.index ? steps[step.cause] : undefined
}

/** The step that wrote a revision. `world` grows along the film. */
function writeOf(steps: readonly Step[], revision: unknown): Step | undefined {
  if (typeof revision !== 'number') return undefined
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle]!.world < revision) low = middle + 1
    else high = middle
  }
  // Several writes may share one task: their steps follow one another.
  for (let i = low; i < steps.length && i < low + 8; i++) if (steps[i]!.revision === revision) return steps[i]
  return undefined
}

/** A link of the chain as it is shown, and how many hops before it are left out. */
export interface Link {
  step: Step
  skipped: readonly Step[]
}

/** Without the checks that every request passes inside the API server, except the one that is asked about. */
export function condense(chain: readonly Step[]): Link[] {
  const links: Link[] = []
  let skipped: Step[] = []
  chain.forEach((step, i) => {
    if (isCheck(step) && i < chain.length - 1) {
      skipped.push(step)
      return
    }
    links.push({ step, skipped })
    skipped = []
  })
  return links
}

/** A step and what it led to: who was told, and what each of them did then. */
export interface Effect {
  step: Step
  reactions: readonly Step[]
}

/** How many reactions of one who was told are listed. */
const reactionsMost = 3

/**
 * What a step led to, in order: the steps that it caused, and of those who only learned of it what they did then.
 * Checks inside the API server are passed over, and routine is left out.
 */
export function effectsOf(steps: readonly Step[], index: number): Effect[] {
  return causedBy(steps, index).map((step) => ({
    step,
    reactions: step.kind === 'watch' ? causedBy(steps, step.index).slice(0, reactionsMost) : [],
  }))
}

function causedBy(steps: readonly Step[], index: number): Step[] {
  const led = new Set([index])
  const found: Step[] = []
  for (let i = index + 1; i < steps.length; i++) {
    const step = steps[i]!
    const cause = causeOf(steps, step)
    if (cause === undefined || !led.has(cause.index)) continue
    if (isCheck(step)) led.add(i)
    else if (!step.background) found.push(step)
  }
  return found
}

/** A stage that every request passes inside the API server. */
function isCheck(step: Step): boolean {
  return step.kind === 'decision' && step.from === 'kube-apiserver' && step.to === 'kube-apiserver'
}
