import { expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../../engine/api/types.ts'
import { testPod } from '../testing/objects.ts'
import { podMarks } from './marks.ts'

const status = (s: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'app',
  image: 'nginx',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...s,
})
const app = (s: Partial<ContainerStatus>): Pod => ({
  ...testPod(),
  status: { phase: 'Running', containerStatuses: [status(s)] },
})
const init = (s: Partial<ContainerStatus>): Pod => ({
  ...testPod(),
  status: { phase: 'Pending', initContainerStatuses: [status(s)] },
})
const waiting = (reason: string): Partial<ContainerStatus> => ({ state: { waiting: { reason } } })
const ended = (exitCode: number, containerID: string): Partial<ContainerStatus> => ({
  state: { terminated: { exitCode, containerID } },
})
const unschedulable = testPod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] })
const ready = testPod({ conditions: [{ type: 'Ready', status: 'True' }], phase: 'Running' })
const leaving = { timestamp: '2026-01-01T00:00:30Z', graceSeconds: 30 }

it.each<[string, Pod, Pod, string[]]>([
  ['no node fits', testPod(), unschedulable, ['create/unschedulable']],
  ['still no node fits', unschedulable, unschedulable, []],
  ['the image is missing', app(waiting('ContainerCreating')), app(waiting('ErrImagePull')), ['create/image-error']],
  ['it backs off', app(waiting('ErrImagePull')), app(waiting('ImagePullBackOff')), ['create/image-backoff']],
  ['and tries again', app(waiting('ImagePullBackOff')), app(waiting('ErrImagePull')), ['create/image-error']],
  ['an init container fails', init({ state: { running: {} } }), init(ended(1, 'c1')), ['create/init-failed']],
  ['an init container succeeds', init({ state: { running: {} } }), init(ended(0, 'c1')), []],
  ['a container exits', app({ state: { running: {} } }), app(ended(3, 'c1')), ['create/exited']],
  [
    'it waits for its restart',
    app(ended(3, 'c1')),
    app({ ...waiting('CrashLoopBackOff'), lastState: ended(3, 'c1').state! }),
    ['create/crash-backoff'],
  ],
  [
    'restarted so soon that nobody saw it end',
    app({ state: { running: {} } }),
    app({ state: { running: {} }, lastState: ended(3, 'c1').state! }),
    ['create/exited'],
  ],
  [
    'not ready any more',
    ready,
    { ...ready, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } },
    ['create/unready'],
  ],
  ['the phase is final', ready, { ...ready, status: { ...ready.status, phase: 'Succeeded' } }, ['create/ended']],
  [
    'a deletion is another chart',
    testPod({ ready: true, phase: 'Running' }),
    testPod({ phase: 'Succeeded', deletion: leaving, state: ended(0, 'c1').state! }),
    [],
  ],
])('%s', (_, before, after, marks) => expect(podMarks(before, after)).toEqual(marks))
