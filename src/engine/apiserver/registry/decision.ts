import type { KubeObject, ObjectMeta, Status } from '../../api/types.ts'
import type { Charge } from '../admission/plugin.ts'
import type { Response } from '../../api/request.ts'

/**
 * What is to become of a write: decided first, as a value, from the request and the stored object alone;
 * carried out afterwards by one function. A decision is made again when the stored object has changed
 * between the decision and etcd's commit.
 */
export type Decision =
  /** Store `object`. Answered with `answer`, or with the stored object. `first`, here and below: a state that is written before it. `shown`: as the request's version shows it, where a webhook converts. */
  | { do: 'put'; first?: KubeObject; object: KubeObject; code: 200 | 201; answer?: Response['body']; charges?: readonly Charge[]; shown?: KubeObject }
  /** Remove it; `last`, when given, is a state that is still written before (a grace period of 0 is one). */
  | { do: 'remove'; first?: KubeObject; last?: KubeObject; answer?: Response['body']; charges?: readonly Charge[] }
  /** The request holds already. `charges`, here and above: budgets and quotas that it draws on, written before. */
  | { do: 'nothing'; code: 200 | 201; answer: Response['body']; charges?: readonly Charge[] }
  | { do: 'refuse'; status: Status; mayPass?: true }

export const refuse = (status: Status): Decision => ({ do: 'refuse', status })

/** The same object with some of its metadata changed. */
export function withMeta<T extends KubeObject>(object: T, changes: Partial<ObjectMeta>): T {
  return { ...object, metadata: { ...object.metadata, ...changes } }
}
