import { expect, it } from 'vitest'
import type { ContainerRecord, ProbeRecord } from '../../engine/api/machine.ts'
import { answersOf, runsOf, type Run } from './probeStrip.ts'

const answer = (result: ProbeRecord['result'], lastAt: number, message = ''): ProbeRecord =>
  ({ containerID: 'a', podUID: 'u', container: 'app', probe: 'liveness', result, lastAt, message }) as ProbeRecord
const run = (startedAt: number, finishedAt: number | undefined, ...answers: ProbeRecord[]): Run =>
  ({ container: { id: 'a', startedAt, finishedAt } as ContainerRecord, answers })
const told = (runs: Run[], now: number) =>
  answersOf(runs, now).map(({ result, from, to, restarted }) => `${restarted ? '|' : ''}${result} ${from}-${to}`)

it.each([
  ['not asked yet', [run(10, undefined)], 30, ['unasked 10-30']],
  ['what agrees is one', [run(10, undefined, answer('success', 15), answer('success', 20))], 60, ['unasked 10-15', 'success 15-60']],
  ['a verdict turns', [run(0, undefined, answer('success', 5), answer('failure', 20), answer('failure', 25), answer('success', 40))], 50, ['unasked 0-5', 'success 5-20', 'failure 20-40', 'success 40-50']],
  ['it ends with its container, and begins anew', [run(0, 30, answer('failure', 10)), run(32, undefined, answer('success', 40))], 50, ['unasked 0-10', 'failure 10-30', '|unasked 32-40', 'success 40-50']],
  ['asked as it started', [run(0, undefined, answer('success', 0))], 9, ['success 0-9']],
] as const)('%s', (_name, runs, now, stretches) => {
  expect(told([...runs], now)).toEqual(stretches)
})

it('tells the last words of a stretch', () => {
  expect(answersOf([run(0, undefined, answer('failure', 0, 'one\n'), answer('failure', 5, 'two\n'))], 9)).toMatchObject([{ message: 'two' }])
})

it('knows nothing of what comes later, nor of other containers', () => {
  const lives: Record<string, { revision: number; value: unknown }[]> = {
    'probes/a/liveness': [{ revision: 5, value: answer('success', 5) }, { revision: 9, value: answer('failure', 9) }],
    'probes/a/readiness': [{ revision: 5, value: { ...answer('success', 5), probe: 'readiness' } }],
    'probes/b/liveness': [{ revision: 6, value: { ...answer('success', 5), container: 'other' } }],
    'containers/a': [{ revision: 1, value: { id: 'a', startedAt: 1 } }, { revision: 10, value: { id: 'a', startedAt: 1, finishedAt: 10 } }],
  }
  const machine = { keys: () => Object.keys(lives).filter((key) => key.startsWith('probes/')), life: (key: string) => (lives[key] ?? []) as never }
  const runs = runsOf(machine, { podUID: 'u', container: 'app', probe: 'liveness' }, 7)
  expect(runs.map(({ answers, container }) => [answers.length, container.finishedAt])).toEqual([[1, undefined]])
})
