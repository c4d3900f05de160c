import { describe, expect, it } from 'vitest'
import type { Batch, Step } from '../worker/protocol.ts'
import { fixtureScenario, startMs } from '../worker/testing/fixture-film.ts'
import { Film } from './film.ts'
import { trafficAt } from './traffic.ts'

const network = (index: number, from: string, to: string, type: string, request: number, code?: number): Step => ({
  index, at: startMs + index, kind: 'network', from, to, verb: undefined, resource: undefined, subresource: undefined, namespace: undefined,
  name: undefined, code, revision: undefined, cause: undefined, milestone: undefined, uid: undefined, world: 1, background: false, detail: { type, request },
})

function filmWith(steps: Step[]): Film {
  const film = new Film(fixtureScenario, { startMs, revision: 1, nodes: [], changes: [] })
  film.append({ steps, changes: [], inputs: [], output: [], ended: [], writes: [], now: startMs + steps.length, nextAt: Infinity, pendingInputs: 0 } satisfies Partial<Batch> as Batch)
  return film
}

describe('requests through a Service', () => {
  const steps = [
    network(0, 'pod/default/client', 'service/default/web', 'RequestSent', 1),
    network(1, 'service/default/web', 'pod/default/a', 'RequestRouted', 1),
    network(2, 'pod/default/a', 'pod/default/client', 'RequestAnswered', 1, 200),
    // By a node's port: the rule says which Service it is.
    network(3, 'client', 'node/node1', 'RequestSent', 2),
    network(4, 'service/default/web', 'pod/default/a', 'RequestRouted', 2),
    network(5, 'pod/default/a', 'client', 'RequestFailed', 2),
    network(6, 'pod/default/client', 'pod/default/a', 'RequestSent', 3),
    network(7, 'pod/default/a', 'pod/default/client', 'RequestAnswered', 3, 200),
    network(8, 'pod/default/client', 'service/default/web', 'RequestSent', 4),
    network(9, 'service/default/web', 'pod/default/client', 'RequestAnswered', 4, 502),
  ]

  it('are counted as of a moment, by how they ended', () => {
    const film = filmWith(steps)
    expect(trafficAt(film, 'default/web', 1)).toEqual({ answered: 0, failed: 0 })
    expect(trafficAt(film, 'default/web', 4)).toEqual({ answered: 1, failed: 0 })
    expect(trafficAt(film, 'default/web', 9)).toEqual({ answered: 1, failed: 2 })
    expect(trafficAt(film, 'default/other', 9)).toEqual({ answered: 0, failed: 0 })
  })

  it('are forgotten with what a fork undoes', () => {
    const film = filmWith(steps)
    expect(trafficAt(film, 'default/web', 9).failed).toBe(2)
    film.cut({ keepSteps: 3, keepRevision: 1, keepOutput: 0, keepEnded: 0, keepWrites: 0 })
    expect(trafficAt(film, 'default/web', 9)).toEqual({ answered: 1, failed: 0 })
  })
})
