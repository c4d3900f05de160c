import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { PartName } from '../engine/part.ts'
import { findScenario } from '../scenarios/catalogue.ts'
import { Film } from '../playback/film.ts'
import type { History } from '../playback/history.ts'
import type { Scenario } from './protocol.ts'

/** Every test begins with an engine of which nothing but the core has come. */
beforeEach(() => vi.resetModules())

/** All that the page has of a film, whatever the batches it came in. */
function contents({ steps, etcd, machines, inputs, output, ended, now }: Film) {
  const written = (store: History) => store.log.map(({ revision, key, value }) => ({ revision, key, value }))
  return { steps, etcd: written(etcd), machines: [...machines.values()].map(written), inputs, output, ended, now }
}

async function filmed(scenario: Scenario, when: 'late' | 'early') {
  const { Host } = await import('./host.ts')
  const { bring } = await import('./parts.ts')
  const { partNames } = await import('../engine/part.ts')
  await import('../kubectl/register.ts')
  const asked: PartName[] = []
  if (when === 'early') await Promise.all(partNames.map(bring))
  const host = new Host(
    () => performance.now(),
    (part) => {
      asked.push(part)
      return bring(part)
    },
  )
  const opening = await host.load(scenario)
  const endMs = opening.startMs + 60_000
  const film = new Film(scenario, opening)
  do film.append(await host.advance({ untilMs: endMs, steps: 5, budgetMs: 20 }))
  while (film.now < endMs)
  return { host, opening, asked, film, seen: contents(film) }
}

// The first to ask has all modules compiled.
describe('a film whose parts come late', { timeout: 60_000 }, () => {
  const names = ['first-pod', 'prestop-beyond-grace', 'preemption', 'liveness-http']

  it.each(names)('is the same as with all of them there: %s', async (name) => {
    const scenario = findScenario(name)!
    const late = await filmed(scenario, 'late')
    vi.resetModules()
    const early = await filmed(scenario, 'early')
    expect(late.asked).toContain('components')
    expect(late.opening).toEqual(early.opening)
    expect(late.seen).toEqual(early.seen)
  })

  it.each(['dns-down', 'deployment-rolls'])('is the same with what is rare: %s', async (name) => {
    const scenario = findScenario(name)!
    const late = await filmed(scenario, 'late')
    vi.resetModules()
    const early = await filmed(scenario, 'early')
    expect(late.asked).toContain('rare')
    expect(late.seen).toEqual(early.seen)
  })

  it('opens, and shows its first command on its way into the API server, without any', async () => {
    const { Host } = await import('./host.ts')
    await import('../kubectl/register.ts')
    const never = () => new Promise(() => {})
    const host = new Host(() => 0, never)
    await host.load(findScenario('first-pod')!)
    const { steps } = await host.advance({ steps: 8, budgetMs: 1000 })
    expect(steps.map(({ milestone }) => milestone)).toContain('create/authorize')
  })

  it('has all of them before anybody acts', async () => {
    const { host, asked } = await filmed(findScenario('first-pod')!, 'late')
    const fork = await host.act({ kubectl: 'get pods' }, 20)
    expect(new Set(asked)).toEqual(new Set(['components', 'kinds', 'userland', 'kubectl', 'rare']))
    expect(fork.keepSteps).toBeGreaterThanOrEqual(20)
  })

  describe('in which somebody has acted', () => {
    const rule = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cups.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Cup, plural: cups}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-validations: [{rule: "has(self.metadata)"}]}}}
`
    const acted = async () => {
      const { host, film, asked } = await filmed(findScenario('first-pod')!, 'late')
      const fork = await host.act({ kubectl: 'apply -f rule.yaml', files: { 'rule.yaml': rule } }, 20)
      film.cut(fork)
      film.append(fork.batch)
      return { host, asked, film }
    }

    it('goes on with that when a part comes which is fetched only when it is asked for', async () => {
      const { host, asked, film } = await acted()
      const endMs = film.now + 5000
      do film.append(await host.advance({ untilMs: endMs, budgetMs: 50 }))
      while (film.now < endMs)
      expect(asked.at(-1)).toBe('cel')
      expect(film.steps.map(({ index }) => index)).toEqual([...film.steps.keys()])
      expect(film.output.at(-1)!.text).toBe('customresourcedefinition.apiextensions.k8s.io/cups.example.com created\n')
      expect((await host.scenario()).spec.script.map(({ kubectl }) => kubectl)).toEqual([findScenario('first-pod')!.spec.script[0]!.kubectl, 'apply -f rule.yaml'])
    })

    it('is left as it is by a dry run, or another film, that lacks one', async () => {
      const { host, asked } = await acted()
      const before = await host.scenario()
      expect(await host.check(rule, { step: 5 })).toEqual([])
      expect(asked.at(-1)).toBe('cel')
      expect(await host.scenario()).toEqual(before)
      await host.load(findScenario('kube-system')!)
      expect(asked.at(-1)).toBe('kubeadm')
    })
  })

  it('is told when a part cannot be had', async () => {
    const { Host } = await import('./host.ts')
    await import('../kubectl/register.ts')
    const host = new Host(
      () => 0,
      (part) => Promise.reject(new Error(`no ${part}`)),
    )
    await host.load(findScenario('first-pod')!)
    await expect(host.advance({ untilMs: Infinity, budgetMs: 1000 })).rejects.toThrow('no kinds')
  })
})
