import { wrap } from 'comlink'
import { inTurn } from '../../../playback/in-turn.ts'
import type { Diagnostic } from '../../../worker/protocol.ts'
import type { Inspector } from './check.worker.ts'
import type { Finding } from './finding.ts'

/** Longer files are not checked as one types, in characters; far above any manifest, below what makes one wait. */
export const checkedMax = 512 * 1024
/** A text that takes longer is given up, in ms. */
const patienceMs = 4000

/** What the API server says to a manifest at the moment on stage. */
export type Ask = (text: string) => Promise<Diagnostic[]>

/** A text to be checked, as long as somebody wants to know. */
interface Question {
  text: string
  ask: Ask
  wanted: () => boolean
}

interface Started {
  inspect: (text: string, diagnostics: Diagnostic[] | undefined) => Promise<Finding[]>
  stop: () => void
}

/** Checks texts, one at a time, in a worker that is thrown away when a text is too much for it. */
export class Checker {
  private readonly start: () => Started
  private started: Started | undefined

  constructor(start = startInspector) {
    this.start = start
  }

  /** 'tooComplex': the text is too winding to be checked; undefined: nobody wants to know any more. */
  readonly check = inTurn(async ({ text, ask, wanted }: Question): Promise<Finding[] | 'tooComplex' | undefined> => {
    if (!wanted()) return undefined
    const diagnostics = await ask(text).catch(() => undefined)
    this.started ??= this.start()
    const found = await within(patienceMs, this.started.inspect(text, diagnostics).catch(() => undefined))
    if (found !== undefined) return found
    this.started.stop()
    this.started = undefined
    return 'tooComplex'
  })
}

function startInspector(): Started {
  const worker = new Worker(new URL('./check.worker.ts', import.meta.url), { type: 'module', name: 'check' })
  const { inspect } = wrap<Inspector>(worker)
  return { inspect, stop: () => worker.terminate() }
}

/** undefined when it takes longer. */
function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, undefined)
    answer.finally(() => clearTimeout(timer)).then(resolve, reject)
  })
}
