import { expect, test } from 'vitest'
import type { ContainerRecord } from '../../api/machine.ts'
import type { Container, ContainerStatus, Pod } from '../../api/types.ts'
import { containerStatuses } from './container-statuses.ts'

const app = { name: 'app', image: 'app:1' } as Container
const running = { name: 'app', restartCount: 2, state: { running: {} }, lastState: {} } as unknown as ContainerStatus
const used = 'The container could not be located when the pod was deleted.  The container used to be Running'
const lost = { exitCode: 137, reason: 'ContainerStatusUnknown', message: used }

/** What the kubelet says of a container that the runtime does not have (any more), from what the API server knows of it. */
test.each<[string, { deleted?: boolean; init?: boolean; before?: Partial<ContainerStatus> }, object]>([
  ['nothing was known', {}, { state: { waiting: { reason: 'ContainerCreating' } }, lastState: {}, restartCount: 0 }],
  ['it ran', { before: running }, { state: { waiting: { reason: 'ContainerCreating' } }, lastState: { terminated: lost }, restartCount: 3 }],
  ['it ran, and the pod is deleted', { before: running, deleted: true }, { state: { waiting: { reason: 'ContainerCreating' } }, lastState: { terminated: lost }, restartCount: 2 }],
  ['it ran after an end that is known', { before: { ...running, lastState: { terminated: { exitCode: 1 } } as never } }, { lastState: { terminated: { exitCode: 1 } }, restartCount: 2 }],
  ['it had ended, and was to be done once', { before: { ...running, state: { terminated: { exitCode: 0, reason: 'Completed' } } as never }, init: true }, { state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
])('gone from the runtime: %s', (_, { deleted, init = false, before }, expected) => {
  const pod = { metadata: { name: 'p', ...(deleted ? { deletionTimestamp: '2026-01-05T09:00:00Z' } : {}) }, spec: { restartPolicy: 'Always' }, status: {} } as unknown as Pod
  const previous = before === undefined ? [] : [before as ContainerStatus]
  const facts = { init, hasInitContainers: init, previous, startFailure: () => undefined, actuated: undefined }
  expect(containerStatuses(pod, [app], { sandboxes: [], containers: [] }, facts)).toMatchObject([expected])
})

/** What could not be started waits, with the reason of the last attempt; its last end moves aside. */
test.each(['CrashLoopBackOff', 'RunContainerError', 'CreateContainerConfigError', 'ImagePullBackOff', 'InvalidImageName', 'ImageInspectError'])('waiting: %s', (reason) => {
  const pod = { metadata: { name: 'p' }, spec: { restartPolicy: 'Always' }, status: {} } as unknown as Pod
  const ended = { id: 'c1', name: 'app', state: 'exited', exitCode: 1, reason: 'Error', attempt: 4, image: 'app:1', imageID: '' } as ContainerRecord
  const facts = { init: false, hasInitContainers: false, previous: [], startFailure: () => ({ reason, message: 'why' }), actuated: undefined }
  expect(containerStatuses(pod, [app], { sandboxes: [], containers: [ended] }, facts)).toMatchObject([
    { restartCount: 4, state: { waiting: { reason, message: 'why' } }, lastState: { terminated: { exitCode: 1, reason: 'Error' } } },
  ])
})
