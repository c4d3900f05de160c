import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { node, pod, type PodSpecShort } from '../testing/builders.ts'
import { SchedulerCache } from './cache.ts'
import { podInfo } from './podinfo.ts'
import { nonZeroRequests, podRequests } from './requests.ts'

const gib = 1024 ** 3

describe('SchedulerCache', () => {
  it('follows a pod through its life', () => {
    const cache = new SchedulerCache()
    cache.setNode(node({ name: 'a' }))
    const waiting = pod({ requests: { cpu: '1', memory: '1Gi' } })
    cache.assume(podInfo(waiting), 'a')
    expect(cache.isAssumed('default-p')).toBe(true)
    expect(cache.node('a')!.requestedOf('cpu')).toBe(1000)
    cache.addPod(pod({ node: 'a', requests: { cpu: '1', memory: '1Gi' } }))
    expect(cache.isAssumed('default-p')).toBe(false)
    expect(cache.node('a')!.requestedOf('memory')).toBe(gib)
    cache.forget('default-p')
    expect(cache.node('a')!.pods.size).toBe(1)
    cache.removePod('default-p')
    expect(cache.node('a')!.requestedOf('cpu')).toBe(0)
  })

  it('corrects an assumption when somebody else has bound the pod', () => {
    const cache = new SchedulerCache()
    for (const name of ['a', 'b']) cache.setNode(node({ name }))
    cache.assume(podInfo(pod({ requests: { cpu: '1' } })), 'a')
    cache.addPod(pod({ node: 'b', requests: { cpu: '1' } }))
    expect(cache.node('a')!.pods.size).toBe(0)
    expect(cache.node('b')!.requestedOf('cpu')).toBe(1000)
  })

  it('knows pods of nodes that it does not know', () => {
    const cache = new SchedulerCache()
    cache.addPod(pod({ node: 'ghost', requests: { cpu: '1' } }))
    expect(cache.nodes).toHaveLength(0)
    cache.setNode(node({ name: 'ghost' }))
    expect(cache.node('ghost')!.requestedOf('cpu')).toBe(1000)
    cache.removeNode('ghost')
    expect(cache.node('ghost')).toBeUndefined()
    cache.removePod('default-p')
    cache.setNode(node({ name: 'ghost' }))
    expect(cache.node('ghost')!.pods.size).toBe(0)
  })

  it('is the same after any sequence of events as one that is built anew', () => {
    const event = fc.record({
      what: fc.constantFrom('add', 'remove', 'assume', 'forget', 'node', 'gone'),
      pod: fc.integer({ min: 0, max: 5 }), node: fc.integer({ min: 0, max: 3 }), cpu: fc.integer({ min: 0, max: 4 }), app: fc.constantFrom('x', 'y'),
    })
    fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const cache = new SchedulerCache()
      const known = new Set<string>()
      const placed = new Map<string, PodSpecShort>()
      for (const e of events) {
        const name = `p${e.pod}`
        const nodeName = `n${e.node}`
        const uid = `default-${name}`
        const spec: PodSpecShort = { name, node: nodeName, labels: { app: e.app }, requests: { cpu: String(e.cpu) } }
        if (e.what === 'node') {
          cache.setNode(node({ name: nodeName }))
          known.add(nodeName)
        } else if (e.what === 'gone') {
          cache.removeNode(nodeName)
          known.delete(nodeName)
        } else if (e.what === 'add') {
          cache.addPod(pod(spec))
          placed.set(name, spec)
        } else if (e.what === 'remove') {
          cache.removePod(uid)
          placed.delete(name)
        } else if (e.what === 'assume' && !placed.has(name)) {
          cache.assume(podInfo(pod(spec)), nodeName)
          placed.set(name, spec)
        } else if (e.what === 'forget' && cache.isAssumed(uid)) {
          cache.forget(uid)
          placed.delete(name)
        }
      }
      const fresh = new SchedulerCache()
      for (const name of known) fresh.setNode(node({ name }))
      for (const spec of placed.values()) fresh.addPod(pod(spec))
      const summary = (c: SchedulerCache) => ({
        nodes: [...known].sort().map((name) => {
          const info = c.node(name)!
          return [name, info.requestedOf('cpu'), info.requestedOf('pods'), info.columns.nonZeroMilliCPU[info.row], info.columns.nonZeroMemory[info.row], [...info.pods.keys()].sort()]
        }),
        classes: [...c.selectorClasses.all()].map(({ sample, perRow }) => `${sample.selectorClass} ${[...perRow.values()].reduce((a, b) => a + b)}`).sort(),
      })
      expect(summary(cache)).toEqual(summary(fresh))
    }), { numRuns: 200, seed: 7 })
  })
})

describe('what a pod asks for', () => {
  it('grows with a resize that is under way', () => {
    const resizing = pod({ node: 'a', requests: { cpu: '1' } })
    const statuses = [{ name: 'c', resources: { requests: { cpu: '3' } }, allocatedResources: { cpu: '2' } }]
    expect(podRequests({ ...resizing, status: { ...resizing.status, containerStatuses: statuses as never } }).milliCPU).toBe(3000)
  })

  it('does not grow with one that is infeasible', () => {
    const resizing = pod({ node: 'a', requests: { cpu: '9' } })
    const containerStatuses = [{ name: 'c', resources: { requests: { cpu: '1' } }, allocatedResources: { cpu: '1' } }] as never
    const conditions = [{ type: 'PodResizePending', status: 'True' as const, reason: 'Infeasible' }]
    expect(podRequests({ ...resizing, status: { ...resizing.status, containerStatuses, conditions } }).milliCPU).toBe(1000)
  })

  it('is never nothing for scoring', () => {
    expect(nonZeroRequests(pod({ containers: [{}, { requests: { cpu: '1' } }] }))).toMatchObject({ milliCPU: 1100, memory: 400 * 1024 * 1024 })
  })
})
