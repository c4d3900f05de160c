import { expect, it } from 'vitest'
import { FilmWriter, fixtureOpening, fixtureScenario } from '../worker/testing/fixture-film.ts'
import { Film } from './film.ts'

it('news of routine is routine: a node that reports what it has reported before is no step to stop at', () => {
  const film = new Film(fixtureScenario, fixtureOpening())
  const w = new FilmWriter(fixtureOpening().revision)
  const report = { kind: 'write', from: 'kubelet/node1', to: 'etcd', verb: 'patch', resource: 'nodes', subresource: 'status', name: 'node1' } as const
  const news = { kind: 'watch', from: 'kube-apiserver', to: 'kube-controller-manager', verb: 'MODIFIED', resource: 'nodes', name: 'node1' } as const
  w.step(report).step({ ...news, cause: 0 })
  w.step({ ...report, background: true }).step({ ...news, cause: 2 })
  const { steps, changes, inputs, output, ended, at } = w
  film.append({ steps, changes, inputs, output, writes: [], ended, now: at, nextAt: Infinity, pendingInputs: 0 })
  expect(film.ofSize('hop')).toEqual([0, 1])
  expect(film.steps.map(({ background }) => background)).toEqual([false, false, true, true])
})
