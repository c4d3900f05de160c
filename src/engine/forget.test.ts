import { describe, expect, it } from 'vitest'
import { kubectl } from '../kubectl/index.ts'
import { createCluster, type Cluster } from './index.ts'

const web = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "${image}", readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}}
`

/** A rollout, a lost node and a deletion; `each` comes after every virtual second. */
function film(each: (cluster: Cluster) => void): Cluster {
  const cluster = createCluster({ nodes: 3, seed: 7 })
  const seconds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      cluster.run({ for: '1s' })
      each(cluster)
    }
  }
  kubectl(cluster, 'apply -f web.yaml', { files: { 'web.yaml': web('nginx:1.26') } })
  seconds(20)
  kubectl(cluster, 'apply -f web.yaml', { files: { 'web.yaml': web('nginx:1.27') } })
  seconds(5)
  cluster.fault({ type: 'node-stop', node: 'node2' })
  seconds(400)
  kubectl(cluster, 'delete deployment web')
  cluster.fault({ type: 'node-stop', node: 'node2', restore: true })
  seconds(90)
  return cluster
}

describe('a cluster that forgets', () => {
  const whole = film(() => {})
  const short = film((cluster) => cluster.forget())

  it('goes on as if it had kept everything', () => {
    expect(short.steps).toBe(whole.steps)
    expect(short.revision).toBe(whole.revision)
    expect(short.etcd.range('')).toEqual(whole.etcd.range(''))
    for (const [node, store] of whole.machines) expect(short.machines.get(node)!.range('')).toEqual(store.range(''))
    short.run({ for: '30s' })
    whole.run({ for: '30s' })
    expect(short.trace.length).toBeGreaterThan(0)
    expect(short.trace).toEqual(whole.trace.slice(-short.trace.length))
    expect(short.stepAt(whole.steps - 1)).toEqual(whole.trace.at(-1))
    expect(short.at(short.revision).now).toBe(whole.at(whole.revision).now)
  })

  it('keeps nothing of what is over', () => {
    short.forget()
    const kept = [short.etcd, ...short.machines.values()].reduce((sum, store) => sum + store.log.length, short.trace.length)
    expect(kept).toBe(0)
    expect(short.etcd.range('pods/default/')).toEqual([])
    expect(() => short.at(10)).toThrow(RangeError)
    expect(short.stepAt(10)).toBeUndefined()
    expect(whole.at(300).list('Node')).toHaveLength(3)
  })

  it('tells who asks for what was before that it is too old', () => {
    const { code, body } = short.request({ verb: 'GET', path: '/api/v1/pods?resourceVersion=10&resourceVersionMatch=Exact' })
    expect([code, (body as { reason: string }).reason]).toEqual([410, 'Expired'])
  })
})
