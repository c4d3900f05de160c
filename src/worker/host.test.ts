import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import './questions.ts'
import { registerProgram } from '../engine/client/program.ts'
import type { Program } from '../engine/client/program.ts'
import { replay, traceHash } from '../engine/index.ts'
import { Film } from '../playback/film.ts'
import { Host } from './host.ts'
import type { Scenario } from './protocol.ts'

const manifest = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'busybox', command: ['sleep', '3600'] }] },
}
const pods = '/api/v1/namespaces/default/pods'

/** Stands for kubectl: 'create', 'delete' and 'get' of one pod. */
function* program({ line }: { line: string }): Program {
  const verb = line as 'create' | 'delete' | 'get'
  const path = verb === 'create' ? pods : `${pods}/web`
  const answer = yield { do: 'request', request: { verb, path, ...(verb === 'create' ? { body: manifest } : {}) } }
  yield { do: 'print', to: answer.code < 300 ? 'stdout' : 'stderr', text: `${verb} ${answer.code}\n` }
  return answer.code < 300 ? 0 : 1
}

const scenario: Scenario = {
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'test' },
  spec: {
    title: { en: '', zh: '' },
    summary: { en: '', zh: '' },
    cluster: { nodes: 2, seed: 7 },
    script: [
      { at: 0, kubectl: 'create' },
      { when: 'pod/web Running', after: 1000, kubectl: 'delete' },
    ],
    end: 60_000,
  },
}

let host: Host
let film: Film
const untilMs = () => film.opening.startMs + 60_000

/** As the page does: slice after slice. */
async function filmOn(until = untilMs()): Promise<void> {
  while (film.now < until) film.append(await host.advance({ untilMs: until, budgetMs: 1 }))
}

async function act(kubectl: string, afterStep: number, atMs?: number): Promise<void> {
  const fork = await host.act({ kubectl }, afterStep, atMs)
  film.cut(fork)
  film.append(fork.batch)
}

beforeAll(() => registerProgram('kubectl', program))
beforeEach(async () => {
  host = new Host(() => performance.now())
  film = new Film(scenario, await host.load(scenario))
})

const after = (milestone: string) => film.steps.findIndex((s) => s.milestone === milestone) + 1
const phase = (step: number) =>
  (film.etcd.get('pods/default/web', film.revisionAt(step)) as { status: { phase: string } } | undefined)?.status.phase

describe('filming', () => {
  it('in slices gives what a run at once gives', async () => {
    await filmOn()
    const cluster = replay(scenario)
    expect(film.steps).toEqual(cluster.trace)
    expect(film.now).toBe(untilMs())
    expect(film.etcd.log.map((e) => [e.revision, e.value])).toEqual(cluster.etcd.log.map((e) => [e.revision, e.value]))
    for (const [node, machine] of cluster.machines) {
      expect(film.machine(node)!.log.map((e) => e.value)).toEqual(machine.log.map((e) => e.value))
    }
    expect(film.inputs.map((i) => i.input.kubectl)).toEqual(['create', 'delete'])
    expect(film.output.map((o) => o.text)).toEqual(['create 201\n', 'delete 200\n'])
    expect(film.ended.map((e) => e.exitCode)).toEqual([0, 0])
  })

  it('every moment of the page equals a fresh run cut off there', async () => {
    await filmOn()
    for (const milestone of [
      'create/store',
      'create/bind-store',
      'create/running',
      'terminate/store',
      'terminate/removed',
    ]) {
      const step = after(milestone) - 1
      const fresh = replay(
        { ...scenario, spec: { ...scenario.spec, script: film.inputs.map((i) => i.input) } },
        { untilStep: step + 1 },
      )
      const page = film.etcd.range('pods/', film.revisionAt(step))
      expect(page, milestone).toEqual(fresh.at(fresh.trace[step]!.world).list('Pod'))
    }
  })

  it('ends with an input when asked to', async () => {
    const untilFirst = { untilMs: untilMs(), untilInputs: 1, budgetMs: 10_000 }
    const batch = await host.advance(untilFirst)
    expect(batch.inputs).toHaveLength(1)
    expect(batch.pendingInputs).toBe(1)
    expect(await host.advance(untilFirst)).toMatchObject({ steps: [], now: batch.now })
  })

  it('keeps to its budget', async () => {
    let now = 0
    host = new Host(() => (now += 4))
    film = new Film(scenario, await host.load(scenario))
    const batch = await host.advance({ untilMs: untilMs(), budgetMs: 10 })
    expect(batch.steps.length).toBeGreaterThan(0)
    expect(batch.now).toBeLessThan(untilMs())
  })
})

describe('acting', () => {
  it('in the past keeps what was before and forgets what came after', async () => {
    await filmOn()
    const kept = film.steps.slice(0, after('create/store'))
    await act('delete', kept.length)
    await filmOn()
    expect(film.steps.slice(0, kept.length)).toEqual(kept)
    expect(film.inputs.map((i) => i.input.kubectl)).toEqual(['create', 'delete'])
    // A task's steps are never parted: the answer was recorded together with the write.
    expect(film.inputs[1]!.step).toBe(kept.length + 1)
    expect(phase(film.steps.length - 1)).toBeUndefined()
  })

  it('keeps what was printed at that moment, and does not print it again', async () => {
    await filmOn()
    const [printed] = film.output
    await act('get', printed!.step)
    await filmOn()
    expect(film.output.map((o) => [o.command, o.text])).toEqual([
      [0, 'create 201\n'],
      [1, 'get 200\n'],
    ])
    expect(film.ended.map((e) => e.command)).toEqual([0, 1])
  })

  it('gives a film that its own scenario gives again', async () => {
    await filmOn()
    await act('delete', after('create/sandbox'))
    await filmOn()
    await act('get', after('terminate/store'))
    await filmOn()
    const again = replay(await host.scenario())
    expect(again.trace).toEqual(film.steps)
    expect(traceHash(again)).toBe(traceHash(replay(await host.scenario())))
  })

  it('in idle time happens then, not at the step before', async () => {
    await filmOn()
    const step = after('create/running')
    const at = film.steps[step - 1]!.at + 200
    await act('get', film.stepsUpTo(at), at)
    expect(film.steps.at(-1)).toMatchObject({ kind: 'input', at })
  })

  it('before the first step', async () => {
    await filmOn()
    await act('get', 0)
    await filmOn()
    expect(film.output.map((o) => o.text)).toEqual(['get 404\n'])
  })
})

it('a question about the past leaves no trace', async () => {
  await filmOn()
  const steps = film.steps.length
  expect(await host.query('get', { step: 0 })).toMatchObject({ stderr: 'get 404\n', exitCode: 1 })
  expect(await host.query('get', { step: after('create/store') })).toMatchObject({ stdout: 'get 200\n', exitCode: 0 })
  expect(await host.query('create', { step: after('create/store') })).toMatchObject({ exitCode: 1 })
  expect((await host.advance({ untilMs: untilMs(), budgetMs: 10 })).steps).toEqual([])
  expect(film.steps.length).toBe(steps)
})

describe('a manifest is checked as the API server would', () => {
  it.each([
    ['a sound pod', JSON.stringify(manifest), []],
    [
      'an unknown field',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b, imagee: c}]}\n',
      [
        {
          document: 0,
          path: 'spec.containers[0].imagee',
          message: 'unknown field "spec.containers[0].imagee"',
          severity: 'error',
        },
      ],
    ],
    [
      'no containers, in the second document',
      `${JSON.stringify(manifest)}\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"},"spec":{"containers":[]}}`,
      [{ document: 1, path: 'spec.containers', message: 'Required value', severity: 'error' }],
    ],
    [
      'a kind that is not there',
      'apiVersion: v1\nkind: Pood\n',
      [{ document: 0, path: 'kind', message: 'no matches for kind "Pood" in version "v1"', severity: 'error' }],
    ],
    [
      'another namespace',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: kube-system}\nspec: {containers: [{name: a, image: b}]}\n',
      [],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await host.check(text, { step: 0 })).toEqual(expected)
  })
})

it('a film that cannot be opened leaves the one before as it is', async () => {
  const made = film.steps.length
  const bad = { ...scenario, spec: { ...scenario.spec, cluster: { scheduler: { profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }] } } } }
  const opened = [host.load(bad), host.advance({ filmMs: 60_000, budgetMs: 1000 })]
  expect((await Promise.allSettled(opened)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const { batch } = await host.act({ kubectl: 'get' }, made)
  expect(batch.steps[0]!.index).toBe(made)
})

it('a broken invariant crosses with seed and step', async () => {
  registerProgram('kubectl', () => {
    throw new Error('an invariant is broken')
  })
  const failed = host.advance({ untilMs: untilMs(), budgetMs: 1000 })
  await expect(failed).rejects.toEqual({ message: 'an invariant is broken', seed: 7, step: 1 })
  registerProgram('kubectl', program)
  await expect(host.advance({ untilMs: untilMs(), budgetMs: 1000 }), 'and no film goes on behind it').rejects.toMatchObject({ step: 1 })
  await expect(host.act({ kubectl: 'get' }, 1)).rejects.toMatchObject({ step: 1 })
  expect((await host.act({ kubectl: 'get' }, 0)).batch.steps, 'but from before it').toHaveLength(1)
})
