import { wrap } from 'comlink'
import type { Remote } from 'comlink'
import type { Diagnostic } from '../../../worker/protocol.ts'
import type { Inspector } from './check.worker.ts'
import type { Finding } from './finding.ts'

/** Longer files are not checked as one types, in characters; far above any manifest, below what makes one wait. */
export const checkedMax = 512 * 1024
/** A text that takes longer is given up, in ms. */
const patienceMs = 4000

/** What the API server says to a manifest at the moment on stage. */
export type Ask = (text: string) => Promise<Diagnostic[]>

/** Checks texts, one at a time, in a worker that is thrown away when a text is too much for it. */
export class Checker {
  private worker: Worker | undefined
  private remote: Remote<Inspector> | undefined

  /** undefined: the text is too winding to be checked. */
  async check(text: string, ask: Ask): Promise<Finding[] | undefined> {
    const diagnostics = await ask(text).catch(() => undefined)
    this.worker ??= new Worker(new URL('./check.worker.ts', import.meta.url), { type: 'module', name: 'check' })
    this.remote ??= wrap<Inspector>(this.worker)
    const found = await Promise.race([this.remote.inspect(text, diagnostics).catch(() => undefined), after(patienceMs)])
    if (found === undefined) this.stop()
    return found
  }

  stop(): void {
    this.worker?.terminate()
    this.worker = undefined
    this.remote = undefined
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined))
}
