import type { KubeObject } from '../../api/types.ts'
import type { ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import { timeOf } from '../common/pods.ts'
import { conditionOf, isFinished } from '../job/decide.ts'
import { jobs } from '../job/job.ts'
import type { SharedInformers } from '../shared-informers.ts'

/** pkg/controller/ttlafterfinished: ended Jobs go after ttlSecondsAfterFinished, and their pods before them. */
export function startTTLAfterFinished(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(jobs)
  const controller = new Controller(options, 'ttl-after-finished-controller', 5, (key): Reconciliation => {
    const job = all.byKey(key)
    const left = job === undefined ? undefined : timeLeftMs(job, controller.now)
    if (job === undefined || left === undefined) return {}
    if (left > 0) return { requeueAfterMs: left }
    const { namespace, name, uid } = job.metadata
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground', preconditions: { uid } }
    return { calls: [{ verb: 'delete', info: jobs, namespace, name, body, tolerate: [404] }] }
  })
  all.onChange(({ type, object }) => {
    if (type !== 'delete' && timeLeftMs(object, controller.now) !== undefined) controller.queue.add(keyOf(object))
  })
}

/** Virtual ms until an ended Job is to go; undefined when it has not ended or may stay. */
export function timeLeftMs(job: KubeObject, now: number): number | undefined {
  const seconds: number | undefined = job['spec'].ttlSecondsAfterFinished
  if (seconds === undefined || !isFinished(job) || job.metadata.deletionTimestamp !== undefined) return undefined
  const ended = conditionOf(job, 'Complete')?.status === 'True' ? conditionOf(job, 'Complete') : conditionOf(job, 'Failed')
  return timeOf(ended!.lastTransitionTime) + seconds * 1000 - now
}
