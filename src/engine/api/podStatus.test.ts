import { describe, expect, it } from 'vitest'
import { podStatusWord, printPod, type StatusDerivation } from './podStatus.ts'
import { podIn, type PodWords } from './testdata/pods.ts'

type Rule = StatusDerivation['rule']
/** What it is about, the pod, then READY, STATUS, restarts, and the rule that decides STATUS. */
type Row = [about: string, pod: PodWords, ready: string, status: string, restarts: number, rule: Rule]

const pending = { phase: 'Pending' }
const running = { phase: 'Running' }
const both = 'a b'
const initializing = 'a waits:PodInitializing'
const initialized = ['Initialized=True']
const done = 'i ready ends:0:Completed'

const rows: Row[] = [
  [
    'one of two is ready',
    { ...running, containers: both, statuses: ['a ready', 'b up'] },
    '1/2',
    'Running',
    0,
    'phase',
  ],
  ['nothing known yet', { ...pending, containers: both }, '0/2', 'Pending', 0, 'phase'],
  ['bound, nothing known', { ...pending, conditions: ['PodScheduled=True'] }, '0/1', 'Pending', 0, 'phase'],
  [
    'being created',
    { ...pending, statuses: ['a waits:ContainerCreating'] },
    '0/1',
    'ContainerCreating',
    0,
    'container-waiting',
  ],
  [
    'one cannot be pulled',
    { ...pending, containers: both, statuses: ['a waits:ImagePullBackOff', 'b ready'] },
    '1/2',
    'ImagePullBackOff',
    0,
    'container-waiting',
  ],
  [
    'configuration missing',
    { ...pending, statuses: ['a waits:CreateContainerConfigError'] },
    '0/1',
    'CreateContainerConfigError',
    0,
    'container-waiting',
  ],
  [
    'the first that waits wins',
    { ...pending, containers: both, statuses: ['a waits:ErrImagePull', 'b waits:CreateContainerError'] },
    '0/2',
    'ErrImagePull',
    0,
    'container-waiting',
  ],
  ['a wait without a reason says nothing', { ...pending, statuses: ['a waits'] }, '0/1', 'Pending', 0, 'phase'],
  [
    'crash loop',
    { ...running, statuses: ['a waits:CrashLoopBackOff restarts:4@11:58:25'] },
    '0/1',
    'CrashLoopBackOff',
    4,
    'container-waiting',
  ],
  ['restarted and running', { ...running, statuses: ['a ready restarts:3@11:55:00'] }, '1/1', 'Running', 3, 'phase'],
  [
    'restarts add up',
    { ...running, containers: both, statuses: ['a ready restarts:3@11:10:00', 'b ready restarts:2@11:53:00'] },
    '2/2',
    'Running',
    5,
    'phase',
  ],
  [
    'one completed, the pod not ready',
    { ...running, containers: both, statuses: ['a ends:0:Completed', 'b ready'] },
    '1/2',
    'NotReady',
    0,
    'completed-but-running',
  ],
  [
    'one completed, the pod ready',
    { ...running, containers: both, conditions: ['Ready=True'], statuses: ['a ends:0:Completed', 'b ready'] },
    '1/2',
    'Running',
    0,
    'completed-but-running',
  ],
  [
    'all completed, phase behind',
    { ...running, statuses: ['a ends:0:Completed'] },
    '0/1',
    'Completed',
    0,
    'container-terminated',
  ],
  [
    'succeeded',
    { phase: 'Succeeded', containers: both, statuses: ['a ends:0:Completed', 'b ends:0:Completed'] },
    '0/2',
    'Completed',
    0,
    'container-terminated',
  ],
  ['failed', { phase: 'Failed', statuses: ['a ends:1:Error'] }, '0/1', 'Error', 0, 'container-terminated'],
  [
    'out of memory',
    { phase: 'Failed', statuses: ['a ends:137:OOMKilled'] },
    '0/1',
    'OOMKilled',
    0,
    'container-terminated',
  ],
  [
    'ended without a reason',
    { phase: 'Succeeded', statuses: ['a ends:0'] },
    '0/1',
    'ExitCode:0',
    0,
    'container-terminated',
  ],
  ['ended by a signal', { phase: 'Failed', statuses: ['a killed:9'] }, '0/1', 'Signal:9', 0, 'container-terminated'],
  [
    'crash loop beside one that runs',
    { ...running, containers: both, statuses: ['a waits:CrashLoopBackOff restarts:2@11:59:40', 'b ready'] },
    '1/2',
    'CrashLoopBackOff',
    2,
    'container-waiting',
  ],
  [
    'evicted with statuses',
    { phase: 'Failed', reason: 'Evicted', statuses: ['a ends:137:Error'] },
    '0/1',
    'Error',
    0,
    'container-terminated',
  ],
  ['evicted without statuses', { phase: 'Failed', reason: 'Evicted' }, '0/1', 'Evicted', 0, 'pod-reason'],
  [
    'refused by the kubelet',
    { phase: 'Failed', reason: 'OutOfcpu', containers: both },
    '0/2',
    'OutOfcpu',
    0,
    'pod-reason',
  ],
  [
    'deleted in a crash loop',
    { ...running, deleted: true, statuses: ['a waits:CrashLoopBackOff restarts:5@11:59:30'] },
    '0/1',
    'Terminating',
    5,
    'deleted',
  ],
  [
    'deleted while pending',
    { ...pending, deleted: true, statuses: ['a waits:ContainerCreating'] },
    '0/1',
    'Terminating',
    0,
    'deleted',
  ],
  [
    'deleted after it failed',
    { phase: 'Failed', deleted: true, statuses: ['a ends:1:Error'] },
    '0/1',
    'Error',
    0,
    'container-terminated',
  ],
  [
    'deleted on a lost node',
    { ...running, reason: 'NodeLost', deleted: true, statuses: ['a ready'] },
    '1/1',
    'Unknown',
    0,
    'node-lost',
  ],
  [
    'lost node, not deleted',
    { ...running, reason: 'NodeLost', statuses: ['a ready'] },
    '1/1',
    'NodeLost',
    0,
    'pod-reason',
  ],
  [
    'gated',
    { ...pending, conditions: ['PodScheduled=False/SchedulingGated'] },
    '0/1',
    'SchedulingGated',
    0,
    'scheduling-gated',
  ],
  [
    'gated with init containers',
    { ...pending, init: 'i', containers: both, conditions: ['PodScheduled=False/SchedulingGated'] },
    '0/2',
    'SchedulingGated',
    0,
    'scheduling-gated',
  ],
  [
    'unschedulable is pending',
    { ...pending, conditions: ['PodScheduled=False/Unschedulable'] },
    '0/1',
    'Pending',
    0,
    'phase',
  ],
  ['phase unknown', { phase: 'Unknown' }, '0/1', 'Unknown', 0, 'phase'],
  [
    'first init container runs',
    { ...pending, init: 'i j', initStatuses: ['i up', 'j waits:PodInitializing'], statuses: [initializing] },
    '0/1',
    'Init:0/2',
    0,
    'init-progress',
  ],
  [
    'second init container runs',
    { ...pending, init: 'i j', initStatuses: [done, 'j up'], statuses: [initializing] },
    '0/1',
    'Init:1/2',
    0,
    'init-progress',
  ],
  [
    'initialised, containers to come',
    { ...pending, init: 'i', initStatuses: [done], statuses: [initializing] },
    '0/1',
    'PodInitializing',
    0,
    'container-waiting',
  ],
  [
    'init container failed',
    { ...pending, init: 'i j', initStatuses: ['i ends:1:Error', 'j waits:PodInitializing'], statuses: [initializing] },
    '0/1',
    'Init:Error',
    0,
    'init-terminated',
  ],
  [
    'init container failed without a reason',
    { ...pending, init: 'i', initStatuses: ['i ends:5'] },
    '0/1',
    'Init:ExitCode:5',
    0,
    'init-terminated',
  ],
  [
    'init container killed',
    { ...pending, init: 'i', initStatuses: ['i killed:15'] },
    '0/1',
    'Init:Signal:15',
    0,
    'init-terminated',
  ],
  [
    'init image cannot be pulled',
    { ...pending, init: 'i', initStatuses: ['i waits:ImagePullBackOff'] },
    '0/1',
    'Init:ImagePullBackOff',
    0,
    'init-waiting',
  ],
  [
    'third init container waits',
    { ...pending, init: 'i j k', initStatuses: [done, 'j ready ends:0:Completed', 'k waits:ErrImageNeverPull'] },
    '0/1',
    'Init:ErrImageNeverPull',
    0,
    'init-waiting',
  ],
  [
    'restarts of init containers are forgotten',
    { ...running, init: 'i', initStatuses: [`${done} restarts:5@11:30:00`], statuses: ['a ready restarts:1@11:57:00'] },
    '1/1',
    'Running',
    1,
    'phase',
  ],
  ['init containers without statuses', { ...pending, init: 'i j' }, '0/1', 'Pending', 0, 'phase'],
  [
    'sidecar not started',
    { ...pending, init: 's!', initStatuses: ['s up unstarted'], statuses: [initializing] },
    '0/2',
    'Init:0/1',
    0,
    'init-progress',
  ],
  [
    'sidecar started, not ready',
    { ...running, init: 's!', conditions: initialized, initStatuses: ['s up started'], statuses: ['a ready'] },
    '1/2',
    'Running',
    0,
    'phase',
  ],
  [
    'sidecar ready',
    { ...running, init: 's!', conditions: initialized, initStatuses: ['s ready started'], statuses: ['a ready'] },
    '2/2',
    'Running',
    0,
    'phase',
  ],
  [
    'sidecar in a crash loop',
    {
      ...running,
      init: 's!',
      conditions: initialized,
      initStatuses: ['s waits:CrashLoopBackOff unstarted restarts:4@11:59:40'],
      statuses: ['a ready'],
    },
    '1/2',
    'Init:CrashLoopBackOff',
    4,
    'init-waiting',
  ],
  [
    'sidecar ended with its pod',
    {
      phase: 'Succeeded',
      init: 's!',
      conditions: initialized,
      initStatuses: ['s ends:0:Completed unstarted'],
      statuses: ['a ends:0:Completed'],
    },
    '0/2',
    'Completed',
    0,
    'container-terminated',
  ],
  [
    'sidecar killed after its pod',
    {
      phase: 'Succeeded',
      init: 's!',
      conditions: ['Initialized=True/PodCompleted'],
      initStatuses: ['s ends:137:Error unstarted'],
      statuses: ['a ends:0:Completed'],
    },
    '0/2',
    'Completed',
    0,
    'container-terminated',
  ],
  [
    'sidecar ends during initialisation',
    {
      ...pending,
      init: 's! i',
      initStatuses: ['s ends:1:Error restarts:1', 'i waits:PodInitializing'],
      statuses: [initializing],
    },
    '0/2',
    'Init:Error',
    1,
    'init-terminated',
  ],
  [
    'the pod is done, its sidecar not',
    {
      ...running,
      init: 's!',
      conditions: initialized,
      initStatuses: ['s ready started'],
      statuses: ['a ends:0:Completed'],
    },
    '1/2',
    'Completed',
    0,
    'container-terminated',
  ],
]

describe('printPod', () => {
  it.each(rows)('%s', (_about, words, ready, status, restarts, rule) => {
    const pod = podIn(words)
    const printed = printPod(pod)
    expect({ ready: `${printed.ready}/${printed.total}`, status: printed.status, restarts: printed.restarts }).toEqual({
      ready,
      status,
      restarts,
    })
    expect(printed.derivation.rule).toBe(rule)
    expect(podStatusWord(pod)).toBe(status)
  })

  it('tells when the last of the restarts was', () => {
    const pod = podIn({
      phase: 'Running',
      containers: 'a b',
      statuses: ['a ready restarts:3@11:10:00', 'b ready restarts:2@11:53:00'],
    })
    expect(printPod(pod).lastRestart).toBe('2025-03-10T11:53:00Z')
    expect(printPod(podIn({ phase: 'Running', statuses: ['a ready'] })).lastRestart).toBeUndefined()
  })

  it('names what decided', () => {
    const pod = podIn({ phase: 'Running', statuses: ['a waits:CrashLoopBackOff restarts:1@11:00:00'] })
    expect(printPod(pod).derivation).toEqual({
      rule: 'container-waiting',
      phase: 'Running',
      container: 'a',
      state: 'CrashLoopBackOff',
    })
    const deleted = podIn({ phase: 'Running', deleted: true, statuses: ['a ready'] })
    expect(printPod(deleted).derivation).toEqual({ rule: 'deleted', instead: 'Running' })
  })
})
