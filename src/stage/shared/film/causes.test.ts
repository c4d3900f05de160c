import { expect, it } from 'vitest'
import { filmCreate, filmStartUp, newMaker } from '../../testing/podFilm.ts'
import { causeChain, condense, effectsOf } from './causes.ts'

function life() {
  const maker = newMaker()
  maker.hop('input', 'user', 'kubectl')
  filmCreate(maker, 'u1')
  filmStartUp(maker, 'u1')
  return maker
}

it('goes back to the keystroke', () => {
  const { steps } = life()
  const chain = causeChain(steps, steps.length - 1)
  expect(chain[0]!.kind).toBe('input')
  expect(chain.at(-1)).toBe(steps.at(-1))
  expect(chain.map((s) => s.index)).toEqual(chain.map((s) => s.index).toSorted((a, b) => a - b))
})

it('a watch was caused by the write whose revision it carries', () => {
  const maker = life()
  const write = maker.steps.find((s) => s.milestone === 'create/store')!
  const told = maker.hop('watch', 'kube-apiserver', 'kubelet/node1', {
    cause: write.index - 1,
    detail: { type: 'Watch', revision: write.revision },
  })
  expect(causeChain(maker.steps, told.index).at(-2)).toBe(write)
})

it('a watch of a revision that no step wrote falls back to its task', () => {
  const maker = life()
  const told = maker.hop('watch', 'kube-apiserver', 'kubelet/node1', {
    cause: 3,
    detail: { type: 'Watch', revision: 999 },
  })
  expect(causeChain(maker.steps, told.index).at(-2)!.index).toBe(3)
})

it('ends for a step that nothing caused, and for one that is not there', () => {
  const { steps } = life()
  expect(causeChain(steps, 0)).toEqual([steps[0]])
  expect(causeChain(steps, 9999)).toEqual([])
})

it('leaves out the checks inside the API server, but says so', () => {
  const { steps } = life()
  const store = steps.find((s) => s.milestone === 'create/store')!
  const links = condense(causeChain(steps, store.index))
  expect(links.map(({ step, skipped }) => [step.milestone ?? step.kind, skipped.length])).toEqual([
    ['input', 0],
    ['create/submit', 0],
    ['create/store', 5],
  ])
  const check = steps.find((s) => s.milestone === 'create/authorize')!
  expect(condense(causeChain(steps, check.index)).at(-1)!.step).toBe(check)
})

it('leads forward to who was told, and to what they did', () => {
  const maker = life()
  const write = maker.steps.find((s) => s.milestone === 'create/store')!
  const told = maker.hop('watch', 'kube-apiserver', 'kubelet/node1', { detail: { type: 'Watch', revision: write.revision } })
  const asked = maker.hop('request', 'kubelet/node1', 'kube-apiserver', { cause: told.index })
  maker.hop('watch', 'kube-apiserver', 'kubelet/node2', { cause: write.index, background: true })
  const effects = effectsOf(maker.steps, write.index)
  const own = effects.find(({ step }) => step === told)
  expect(own?.reactions).toEqual([asked])
  expect(effects.some(({ step }) => step.background)).toBe(false)
})

it('passes over the checks of the API server', () => {
  const { steps } = life()
  const submit = steps.find((s) => s.milestone === 'create/submit')!
  const milestones = effectsOf(steps, submit.index).map(({ step }) => step.milestone)
  expect(milestones).toContain('create/store')
  expect(milestones).not.toContain('create/authenticate')
})
