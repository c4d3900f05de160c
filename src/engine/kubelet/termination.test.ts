import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Pod } from '../api/types.ts'
import { createCluster } from '../index.ts'
import type { KillReason } from './kuberuntime/compute-pod-actions.ts'
import { killContainer } from './kuberuntime/kill-container.ts'
import { effectiveGracePeriod } from './pod-workers.ts'
import { TerminationOrdering } from './kuberuntime/termination-ordering.ts'
import table from './testdata/termination.yaml?raw'
import { Workbench } from './testing/workbench.ts'

interface Grace {
  deletion?: number
  spec?: number
  override?: number
}

interface Table {
  stop: { case: string; given: Grace & { liveness?: number; startup?: number; reason?: KillReason; preStop?: number }; then: { after: number; timeout: number } }[]
  grace: { case: string; given: Grace & { before: number }; then: number; shortened?: boolean }[]
  order: { case: string; init: string[]; containers: string[]; running: string[]; waitsFor: Record<string, string[]> }[]
  exit: { case: string; grace: number; needs: Record<string, number>; codes: Record<string, string>; phase: string }[]
}

const cases = parse(table) as Table
const named = <T extends { case: string }>(list: T[]): [string, T][] => list.map((c) => [c.case, c])

function podWith({ deletion, spec }: Grace, containers: object[] = []): Pod {
  const metadata = { name: 'shop', namespace: 'default', uid: 'u1', deletionGracePeriodSeconds: deletion }
  return { metadata, spec: { containers, terminationGracePeriodSeconds: spec } } as unknown as Pod
}

describe('stopping a container', () => {
  test.each(named(cases.stop))('%s', (_, { given, then }) => {
    let stopped: typeof then | undefined
    const bench = new Workbench({
      runtime: {
        stopContainer(_id: string, timeout: number, done: () => void) {
          stopped = { after: bench.kernel.now / 1000, timeout }
          bench.later(0, done)
        },
      },
    })
    const pod = podWith(given, [
      {
        name: 'app',
        ...(given.liveness === undefined ? {} : { livenessProbe: { terminationGracePeriodSeconds: given.liveness } }),
        ...(given.startup === undefined ? {} : { startupProbe: { terminationGracePeriodSeconds: given.startup } }),
        ...(given.preStop === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: given.preStop } } } }),
      },
    ])
    bench.finish(killContainer(bench.context, pod, { id: 'c1', name: 'app', message: '', reason: given.reason, gracePeriodOverride: given.override }))
    expect(stopped).toEqual(then)
    expect(bench.events).toEqual(['Normal Killing Stopping container app'])
  })
})

describe('the grace period of a pod', () => {
  test.each(named(cases.grace))('%s', (_, { given, then, shortened }) => {
    const seconds = effectiveGracePeriod(given.before, podWith(given), given.override === undefined ? undefined : { gracePeriodSeconds: given.override })
    expect(seconds).toBe(then)
    expect(given.before !== 0 && seconds < given.before).toBe(shortened === true)
  })
})

describe('the order of the end', () => {
  test.each(named(cases.order))('%s', (_, { init, containers, running, waitsFor }) => {
    const initContainers = init.map((text) => ({ name: text.split(' ')[0], ...(text.includes('sidecar') ? { restartPolicy: 'Always' } : {}) }))
    const pod = { ...podWith({}, containers.map((name) => ({ name }))) }
    pod.spec = { ...pod.spec, initContainers } as Pod['spec']
    const ordering = new TerminationOrdering(new Workbench().context.client, pod, running)
    expect(Object.fromEntries(running.map((name) => [name, ordering.waitsFor(name).sort()]))).toEqual(waitsFor)
  })
})

describe('a whole pod that is deleted', () => {
  /** Works on for so many seconds after TERM. */
  const busy = (name: string, seconds: number) => ({ name, image: 'busybox:1.36', command: ['sh', '-c', `trap "sleep ${seconds}; exit 0" TERM; sleep 9999 & wait`] })

  test.each(named(cases.exit))('%s', (_, { grace, needs, codes, phase }) => {
    const cluster = createCluster({ nodes: 1 })
    const { app, ...sidecars } = needs
    const path = '/api/v1/namespaces/default/pods'
    cluster.request({
      verb: 'POST',
      path,
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        // The finalizer keeps the object, so that its last status can be read.
        metadata: { name: 'shop', finalizers: ['example.org/keep'] },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: grace,
          initContainers: Object.entries(sidecars).map(([name, seconds]) => ({ ...busy(name, seconds), restartPolicy: 'Always' })),
          containers: [busy('app', app!)],
        },
      } as never,
    })
    cluster.run({ for: '30s' })
    cluster.request({ verb: 'DELETE', path: `${path}/shop` })
    cluster.run({ for: '60s' })
    const { status } = cluster.world().get('Pod', 'shop', 'default') as Pod
    const ended = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].map(({ name, state }) => [name, `${state?.terminated?.exitCode} ${state?.terminated?.reason}`])
    expect(Object.fromEntries(ended)).toEqual(codes)
    expect(status.phase).toBe(phase)
  })
})
