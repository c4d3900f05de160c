import { describe, expect, it } from 'vitest'
import { kubectl } from '../kubectl/index.ts'
import { createCluster, traceHash, type Cluster } from './index.ts'
import type { Prologue } from './scenario.ts'

const web = 'create deployment web --image=nginx:1.27 --replicas=2'
const running: Prologue = { script: [{ kubectl: web }], until: 'deployment/web Available' }
const begun = (prologue: Prologue, seed = 3): Cluster => createCluster({ nodes: 2, seed, prologue })

describe('a film with a prologue', () => {
  it('begins with the world as the prologue left it, and with nothing of what was done', () => {
    const cluster = begun({ ...running, after: 5_000 })
    expect(cluster.world().list('Pod').map(({ status }) => (status as { phase: string }).phase)).toEqual(['Running', 'Running'])
    expect(cluster.now).toBe(cluster.startMs)
    expect([cluster.trace, cluster.inputs, cluster.output, cluster.ended]).toEqual([[], [], [], []])
    expect(kubectl(cluster, 'get pods --no-headers').stdout).toMatch(/^(web-\S+ +1\/1 +Running +0 +\d+s\n){2}$/)
    expect(kubectl(cluster, 'get events').stdout).toContain('Scaled up replica set web-')
  })

  it('goes on as if it had been a film from the start', () => {
    const whole = createCluster({ nodes: 2, seed: 3 })
    whole.perform({ kubectl: web })
    whole.run({ until: (c) => c.world().get('Deployment', 'web')?.status?.['availableReplicas'] === 2 })
    const film = begun(running)
    expect(film.now).toBe(whole.now)
    for (const cluster of [film, whole]) {
      kubectl(cluster, 'delete pods --all')
      cluster.run({ for: '90s' })
    }
    expect(film.etcd.range('')).toEqual(whole.etcd.range(''))
    for (const [node, store] of whole.machines) expect(film.machines.get(node)!.range('')).toEqual(store.range(''))
  })

  it('counts its steps from 0, and each cause is one of them', () => {
    const cluster = begun(running)
    cluster.run({ for: '20s' })
    kubectl(cluster, 'scale deployment web --replicas=4')
    cluster.run({ for: '20s' })
    expect(cluster.trace.map(({ index }) => index)).toEqual(cluster.trace.map((_, i) => i))
    expect(cluster.trace.filter(({ index, cause = -1 }) => cause >= index || cause < -1)).toEqual([])
    expect(cluster.trace.find(({ cause }) => cause === undefined)).toBeDefined()
    expect(cluster.inputs[0]).toMatchObject({ step: cluster.trace.find(({ kind }) => kind === 'input')!.index })
  })

  it('knows nothing of what was before', () => {
    const cluster = begun(running)
    const opening = cluster.revision
    expect(cluster.at(opening).list('Pod')).toHaveLength(2)
    expect(() => cluster.at(opening - 1)).toThrow(RangeError)
    expect(cluster.etcd.log.every(({ previous, value }) => previous === undefined && value !== undefined)).toBe(true)
  })

  it('is the same every time', () => {
    const [one, other] = [begun(running), begun(running)]
    for (const cluster of [one, other]) cluster.run({ for: '1m' })
    expect(traceHash(one)).toBe(traceHash(other))
    expect(traceHash(one)).not.toBe(traceHash(begun(running, 4)))
  })

  it('ends the commands that would go on, and is over when its script is', () => {
    const cluster = begun({ script: [{ kubectl: 'run pinger --image=busybox:1.36 -- sleep 600' }, { when: 'pod/pinger Ready', kubectl: 'get pods -w' }, { after: 2_000 }] })
    expect(kubectl(cluster, 'get pods').stdout).toContain('Running')
    expect(cluster.ended.map(({ command }) => command)).toEqual([0])
  })

  it('does not begin when its prologue has no end', () => {
    expect(() => begun({ script: [], until: 'pod/web Ready' })).toThrow('cluster.prologue: pod/web Ready never came')
    expect(() => begun({ script: [{ when: 'pod/web Ready' }], until: 'pod/web gone' })).toThrow('cluster.prologue: pod/web Ready never came')
  })
})
