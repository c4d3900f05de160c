import { expect, it } from 'vitest'
import { Host } from '../worker/host.ts'
import type { Scenario } from '../worker/protocol.ts'
import { filmWhole, firstDifference } from './futures.ts'
import { scriptEndMs } from './script-end.ts'
import '../scenarios/index.ts'

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: a, image: nginx }] }\n'

function scenario(...then: string[]): Scenario {
  const script = ['apply -f web.yaml', ...then].map((kubectl, i) => ({ at: i * 5000, kubectl }))
  const spec = { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, cluster: { nodes: 2 }, files: { 'web.yaml': pod }, script }
  return { apiVersion: 'podreel.dev/v1', kind: 'Scenario', metadata: { name: 'two' }, spec }
}

const film = (...then: string[]) => filmWhole(new Host(() => 0), scenario(...then))

it('films to the end of the script', async () => {
  const whole = await film('delete pod web')
  expect(whole.pendingInputs).toBe(0)
  expect(whole.now).toBe(scriptEndMs(whole))
  expect(whole.steps.at(-1)!.at).toBeGreaterThan(whole.opening.startMs + 5000)
})

it('two futures are one film up to the first thing that was done otherwise', async () => {
  const [a, b] = [await film('delete pod web'), await film('get pods')]
  const different = firstDifference(a, b)!
  expect(a.steps[different]!.detail).toMatchObject({ type: 'Command', line: 'delete pod web' })
  expect(b.steps[different]!.detail).toMatchObject({ type: 'Command', line: 'get pods' })
  expect(a.steps.slice(0, different)).toEqual(b.steps.slice(0, different))
})

it('a film differs from itself in nothing, and from a longer one where it ends', async () => {
  const [a, again, longer] = [await film(), await film(), await film('get pods')]
  expect(firstDifference(a, again)).toBeUndefined()
  expect(longer.steps[firstDifference(a, longer)!]!.detail).toMatchObject({ line: 'get pods' })
})
