import { collectionOf } from '../api/resources.ts'
import type { KubeObject, Pod } from '../api/types.ts'
import type { ApiRequest } from './request-info.ts'

/**
 * Which node of the create and terminate flowcharts a hop of a request stands for. The names are those
 * that the charts use; a hop that is on no chart has none.
 */
export type Stage =
  | 'request' | 'authenticate' | 'authorize' | 'mutate' | 'validate' | 'admit' | 'mark' | 'store' | 'response'

type Course = 'creation' | 'binding' | 'deletion' | 'removal'

const charts: Record<Course, Partial<Record<Stage, string>>> = {
  creation: {
    request: 'create/submit',
    authenticate: 'create/authenticate',
    authorize: 'create/authorize',
    mutate: 'create/admit',
    validate: 'create/validate',
    store: 'create/store',
    response: 'create/acknowledge',
  },
  binding: { request: 'create/bind', store: 'create/bind-store' },
  deletion: { request: 'terminate/delete', mark: 'terminate/mark', store: 'terminate/store' },
  removal: { request: 'terminate/grace-zero', store: 'terminate/removed' },
}

export function requestMilestone(request: ApiRequest, author: string, stage: Stage): string | undefined {
  if (request.info === undefined || collectionOf(request.info) !== 'pods') return undefined
  const course = courseOf(request, author)
  return course === undefined ? undefined : charts[course][stage]
}

function courseOf(request: ApiRequest, author: string): Course | undefined {
  if (request.verb === 'create') {
    if (request.subresource === undefined) return 'creation'
    // An eviction is a deletion that asks the disruption budgets first.
    if (request.subresource === 'eviction') return 'deletion'
    return request.subresource === 'binding' ? 'binding' : undefined
  }
  if (request.verb !== 'delete') return undefined
  return author.startsWith('kubelet/') ? 'removal' : 'deletion'
}

/** A status write that the create chart waits for: the first Running, the first Ready. */
export function statusMilestone(next: KubeObject, old: KubeObject | undefined): string | undefined {
  if (next.kind !== 'Pod' || old === undefined) return undefined
  const before = (old as Pod).status
  const after = (next as Pod).status
  if (after.phase === 'Running' && before.phase === 'Pending') return 'create/running'
  return isReady(after) && !isReady(before) ? 'create/ready' : undefined
}

export function becameReady(next: KubeObject, old: KubeObject | undefined): boolean {
  return next.kind === 'Pod' && old !== undefined && isReady((next as Pod).status) && !isReady((old as Pod).status)
}

function isReady(status: Pod['status']): boolean {
  return status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
}
