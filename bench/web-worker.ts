import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Scenario } from '../src/engine/index.ts'

export interface Filmed {
  steps: number
  /** From the load until the last pod was ready. */
  readyMs: number
  changes: number
  bytesOfChanges: number
  largestMessage: number
}

/** The engine's worker of a build, spoken to from an empty page: what it costs alone, without anybody who draws. */
export class EngineClient {
  private readonly page: Page

  private constructor(page: Page) {
    this.page = page
  }

  static async open(page: Page, dist: string): Promise<EngineClient> {
    const file = readdirSync(join(dist, 'assets')).find((name) => /^engine\.worker-[\w-]+\.js$/.test(name))
    await page.evaluate((path) => {
      const worker = new Worker(path, { type: 'module' })
      const waiting = new Map<string, (value: unknown) => void>()
      worker.addEventListener('message', ({ data }) => waiting.get(data.id)?.(data.value))
      let next = 0
      // As comlink says it.
      const call = (name: string, args: readonly unknown[]): Promise<unknown> =>
        new Promise((resolve) => {
          const id = String(next++)
          waiting.set(id, resolve)
          worker.postMessage({
            id,
            type: 'APPLY',
            path: [name],
            argumentList: args.map((value) => ({ type: 'RAW', value })),
          })
        })
      Object.assign(window, { call })
    }, `/assets/${file}`)
    return new EngineClient(page)
  }

  /** Films `ms` of virtual time in slices, as the page does. */
  film(scenario: Scenario, ms: number): Promise<Filmed> {
    return this.page.evaluate(
      async ([wanted, duration]) => {
        const { call } = window as unknown as { call: (name: string, args: readonly unknown[]) => Promise<any> }
        const begun = performance.now()
        const opening = await call('load', [wanted])
        const made = { steps: 0, readyMs: 0, changes: 0, bytesOfChanges: 0, largestMessage: 0 }
        const batches: any[] = []
        // As src/playback/crew.ts asks.
        const ask = (): Promise<any> => call('advance', [{ untilMs: opening.startMs + duration, budgetMs: 10 }])
        for (const underWay = [ask(), ask()]; ; ) {
          const batch = await underWay.shift()
          underWay.push(ask())
          // As src/worker/wire.ts packs it.
          if (batch.steps.texts.includes('create/ready'))
            made.readyMs = performance.now() - begun
          batches.push(batch)
          if (batch.now >= opening.startMs + duration) break
        }
        for (const batch of batches) {
          const { texts, details, times, numbers } = batch.steps
          made.steps += times.length
          made.changes += batch.changes.length
          made.bytesOfChanges += JSON.stringify(batch.changes).length
          const bytes = JSON.stringify({ ...batch, steps: { texts, details } }).length + times.byteLength + numbers.byteLength
          made.largestMessage = Math.max(made.largestMessage, bytes)
        }
        return made
      },
      [scenario, ms] as const,
    )
  }

  /** How long each call takes, from the question to the answer, in ms; of a new film, if one is given. */
  times(name: string, calls: readonly (readonly unknown[])[], scenario?: Scenario): Promise<number[]> {
    return this.page.evaluate(
      async ([method, all, wanted]) => {
        const { call } = window as unknown as { call: (name: string, args: readonly unknown[]) => Promise<any> }
        if (wanted !== undefined) await call('load', [wanted])
        const spent: number[] = []
        for (const args of all) {
          const begun = performance.now()
          await call(method, args)
          spent.push(performance.now() - begun)
        }
        return spent
      },
      [name, calls, scenario] as const,
    )
  }
}
