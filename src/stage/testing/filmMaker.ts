import { Film } from '../../playback/film.ts'
import type { Change, Scenario, Step, StepDetail, StepKind } from '../../worker/protocol.ts'
import type { KubeObject } from '../../engine/api/types.ts'

/** Makes a film by hand, hop by hop: for tests of the views that need no engine. */
export const filmStart = Date.UTC(2026, 0, 1)

interface Hop {
  after?: number
  milestone?: string
  detail?: StepDetail
  uid?: string
  code?: number
  verb?: string
  name?: string
  namespace?: string
  resource?: string
  subresource?: string
  cause?: number
  background?: boolean
}

export class FilmMaker {
  readonly steps: Step[] = []
  private readonly changes: Change[] = []
  private readonly opening: Change[] = []
  private revision = 10
  private now = filmStart

  /** An object that is there before the film begins. */
  before(key: string, value: KubeObject): this {
    this.opening.push({ revision: ++this.revision, store: 'etcd', key, value })
    return this
  }

  /** A hop without a write; caused by the hop before unless said otherwise. */
  hop(kind: StepKind, from: string, to: string, hop: Hop = {}, revision?: number): Step {
    this.now += hop.after ?? 1
    const step: Step = {
      index: this.steps.length,
      at: this.now,
      kind,
      from,
      to,
      verb: hop.verb,
      resource: hop.resource,
      subresource: hop.subresource,
      namespace: hop.namespace,
      name: hop.name,
      code: hop.code,
      revision,
      cause: hop.cause ?? (this.steps.length > 0 ? this.steps.length - 1 : undefined),
      milestone: hop.milestone,
      uid: hop.uid,
      world: this.revision,
      background: hop.background ?? false,
      detail: hop.detail,
    }
    this.steps.push(step)
    return step
  }

  /** A write to etcd and its step. `undefined` deletes. */
  write(author: string, key: string, value: KubeObject | undefined, hop: Hop = {}): Step {
    const revision = this.put('etcd', key, value)
    const [resource, namespace, name] = key.split('/')
    const object = name === undefined ? { resource, name: namespace } : { resource, namespace, name }
    return this.hop(
      'write',
      author,
      'etcd',
      { ...object, uid: value?.metadata.uid, code: 200, verb: 'patch', ...hop } as Hop,
      revision,
    )
  }

  /** A record of a machine; its step is up to the caller. */
  put(store: string, key: string, value: unknown): number {
    this.changes.push({ revision: ++this.revision, store, key, value })
    return this.revision
  }

  film(): Film {
    const film = new Film(scenario, {
      startMs: filmStart,
      revision: 10 + this.opening.length,
      nodes: ['node1'],
      changes: this.opening,
    })
    film.append({
      steps: this.steps,
      changes: this.changes,
      inputs: [],
      output: [],
      ended: [],
      writes: [],
      now: this.now,
      nextAt: Infinity,
      pendingInputs: 0,
    })
    return film
  }
}

const scenario: Scenario = {
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'by-hand' },
  spec: { title: { en: 'By hand', zh: '手工' }, summary: { en: '', zh: '' }, script: [] },
}
