import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ContainerRecord } from '../../api/machine.ts'
import type { Pod } from '../../api/types.ts'
import { Backoff } from '../backoff.ts'
import { doBackoff } from './crash-backoff.ts'
import table from '../testdata/crash-backoff.yaml?raw'
import { Workbench } from '../testing/workbench.ts'

interface Case {
  case: string
  runs: number[]
  waits: string[]
}

const container = { name: 'app', image: 'app:1' }
const pod = { metadata: { name: 'shop', namespace: 'default', uid: 'u1' }, spec: { containers: [container] } } as unknown as Pod
const seconds: Record<string, number> = { '-': 0, '10s': 10, '20s': 20, '40s': 40, '1m20s': 80, '2m40s': 160, '5m0s': 300 }

test.each((parse(table) as Case[]).map((c) => [c.case, c] as const))('%s', (_, c) => {
  const { context, kernel, events } = new Workbench()
  const backoff = new Backoff()
  const waits = c.runs.map((run) => {
    const finishedAt = kernel.now + run * 1000
    const status = { sandboxes: [], containers: [{ name: 'app', state: 'exited', finishedAt } as ContainerRecord] }
    const messages = new Set<string>()
    // The kubelet looks at once, and then every second.
    for (kernel.advanceTo(finishedAt); ; kernel.advanceTo(kernel.now + 1000)) {
      const failure = doBackoff(context, backoff, pod, container as never, status)
      if (failure === undefined) break
      messages.add(`${failure.reason}: ${failure.message}`)
    }
    return { waited: (kernel.now - finishedAt) / 1000, messages: [...messages] }
  })
  expect(waits).toEqual(
    c.waits.map((wait) => ({
      waited: seconds[wait],
      messages: wait === '-' ? [] : [`CrashLoopBackOff: back-off ${wait} restarting failed container=app pod=shop_default(u1)`],
    })),
  )
  const said = c.waits.every((wait) => wait === '-') ? [] : ['Warning BackOff Back-off restarting failed container app in pod shop_default(u1)']
  expect([...new Set(events)]).toEqual(said)
})

test.each([
  ['image', { image: 'app:2' }],
  ['resources', { resources: { limits: { memory: '1Gi' } } }],
])('a container whose %s changed begins without a past', (_, change) => {
  const { context, kernel } = new Workbench()
  const backoff = new Backoff()
  const status = { sandboxes: [], containers: [{ name: 'app', state: 'exited', finishedAt: 0 } as ContainerRecord] }
  const fails = (changed: object) => doBackoff(context, backoff, pod, { ...container, ...changed } as never, status) !== undefined
  expect([fails({}), fails({}), fails(change)]).toEqual([false, true, false])
  kernel.advanceTo(10_000)
  expect(fails({})).toBe(false)
})
