/** Pods in given states, from short words: what tables of tests are made of. */
import type { ContainerStatus, Pod } from '../types.ts'

const at = (clock: string): string => `2025-03-10T${clock}Z`

/**
 * A container status from words: its name, then any of `ready` (runs and is ready), `up` (runs),
 * `waits` or `waits:Reason`, `ends:<exit code>[:Reason]`, `killed:<signal>`, `started`, `unstarted`,
 * `restarts:<count>[@hh:mm:ss when the one before ended]`.
 */
export function containerStatus(words: string): ContainerStatus {
  const [name = '', ...rest] = words.split(' ')
  const status: ContainerStatus = { name, ready: false, restartCount: 0, image: 'img:1', imageID: '' }
  for (const word of rest) {
    const [what, first = '', ...more] = word.split(':')
    const second = more.join(':')
    if (what === 'ready' || what === 'up') {
      status.ready = what === 'ready'
      status.state = { running: { startedAt: at('11:50:00') } }
    } else if (what === 'waits') status.state = { waiting: first ? { reason: first } : {} }
    else if (what === 'ends') {
      status.state = {
        terminated: { exitCode: Number(first), ...(second ? { reason: second } : {}), finishedAt: at('11:59:00') },
      }
    } else if (what === 'killed')
      status.state = { terminated: { exitCode: 128 + Number(first), signal: Number(first) } }
    else if (what === 'started' || what === 'unstarted') status.started = what === 'started'
    else if (what === 'restarts') {
      const [count = '', clock] = word.slice('restarts:'.length).split('@')
      status.restartCount = Number(count)
      if (clock) status.lastState = { terminated: { exitCode: 1, reason: 'Error', finishedAt: at(clock) } }
    } else throw new Error(`no such word: ${word}`)
  }
  return status
}

export interface PodWords {
  phase: string
  reason?: string
  deleted?: boolean
  /** Names; a sidecar ends in "!". */
  init?: string
  containers?: string
  /** "Ready=True", "PodScheduled=False/SchedulingGated" */
  conditions?: string[]
  initStatuses?: string[]
  statuses?: string[]
}

export function podIn(words: PodWords): Pod {
  const containers = (words.containers ?? 'a').split(' ').map((name) => ({ name, image: 'img:1' }))
  const initContainers = words.init?.split(' ').map((name) => ({
    name: name.replace('!', ''),
    image: 'img:1',
    ...(name.endsWith('!') ? { restartPolicy: 'Always' } : {}),
  }))
  const conditions = words.conditions?.map((text) => {
    const [, type = '', status = '', reason] = /^(.+?)=(\w+)(?:\/(.+))?$/.exec(text)!
    return { type, status, ...(reason ? { reason } : {}) }
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'default',
      uid: 'u1',
      resourceVersion: '1',
      creationTimestamp: at('11:40:00'),
      ...(words.deleted ? { deletionTimestamp: at('11:59:55'), deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: { containers, ...(initContainers ? { initContainers } : {}) },
    status: {
      phase: words.phase,
      ...(words.reason ? { reason: words.reason } : {}),
      ...(conditions ? { conditions } : {}),
      ...(words.initStatuses ? { initContainerStatuses: words.initStatuses.map(containerStatus) } : {}),
      ...(words.statuses ? { containerStatuses: words.statuses.map(containerStatus) } : {}),
    },
  } as Pod
}
