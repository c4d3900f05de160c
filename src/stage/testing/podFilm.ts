import type { Pod } from '../../engine/api/types.ts'
import { FilmMaker } from './filmMaker.ts'
import { testNode, testPod } from './objects.ts'

const key = 'pods/default/web'
const kubelet = 'kubelet/node1'
const about = { resource: 'pods', namespace: 'default', name: 'web' }

/** kubectl apply, as far as the answer, or the refusal. */
export function filmCreate(maker: FilmMaker, uid: string, refused?: number): void {
  const server = 'kube-apiserver'
  maker.hop('request', 'kubectl', server, { ...about, verb: 'create', milestone: 'create/submit' })
  for (const stage of ['authenticate', 'authorize', 'admit', 'validate']) {
    maker.hop('decision', server, server, { ...about, verb: 'create', milestone: `create/${stage}` })
  }
  maker.hop('decision', server, server, { ...about, verb: 'create', detail: { type: 'Admitted' } })
  if (refused !== undefined) {
    maker.hop('write', 'kubectl', server, { ...about, verb: 'create', code: refused })
    return
  }
  maker.write('kubectl', key, testPod({ uid }), { verb: 'create', code: 201, milestone: 'create/store', after: 3 })
  maker.hop('request', server, 'kubectl', { ...about, uid, verb: 'create', code: 201, milestone: 'create/acknowledge' })
}

/** From the scheduler to Ready, in about a second. */
export function filmStartUp(maker: FilmMaker, uid: string): void {
  const one = { ...about, uid }
  maker.hop('watch', 'kube-apiserver', 'kube-scheduler', { ...one, milestone: 'create/scheduler-sees' })
  maker.hop('decision', 'kube-scheduler', 'kube-scheduler', { ...one, milestone: 'create/filter' })
  maker.hop('decision', 'kube-scheduler', 'kube-scheduler', { ...one, milestone: 'create/score' })
  maker.hop('request', 'kube-scheduler', 'kube-apiserver', {
    ...one,
    verb: 'create',
    subresource: 'binding',
    milestone: 'create/bind',
  })
  const pod = testPod({ uid, node: 'node1' })
  maker.write('kube-scheduler', key, pod, { subresource: 'binding', milestone: 'create/bind-store' })
  maker.hop('watch', 'kube-apiserver', kubelet, { ...one, milestone: 'create/kubelet-sees' })
  maker.hop('runtime', kubelet, 'containerd/node1', { ...one, milestone: 'create/sandbox', after: 10 })
  maker.hop('runtime', kubelet, 'containerd/node1', { ...one, milestone: 'create/containers', after: 300 })
  maker.hop('request', kubelet, 'kube-apiserver', {
    ...one,
    verb: 'patch',
    subresource: 'status',
    milestone: 'create/status',
    after: 600,
  })
  const running: Pod = testPod({ uid, node: 'node1', phase: 'Running', ready: true, state: { running: {} } })
  maker.write(kubelet, key, running, { subresource: 'status', milestone: 'create/running' })
  maker.hop('request', 'kube-apiserver', kubelet, { ...one, code: 200, milestone: 'create/ready' })
}

/** kubectl delete with grace 30; the process ends in time, or is killed. */
export function filmEnd(maker: FilmMaker, uid: string, how: 'in time' | 'killed'): void {
  const one = { ...about, uid }
  maker.hop('request', 'kubectl', 'kube-apiserver', {
    ...about,
    verb: 'delete',
    milestone: 'terminate/delete',
    after: 5000,
  })
  maker.hop('decision', 'kube-apiserver', 'kube-apiserver', { ...one, verb: 'delete', milestone: 'terminate/mark' })
  const leaving = testPod({
    uid,
    node: 'node1',
    phase: 'Running',
    ready: true,
    state: { running: {} },
    deletion: { timestamp: '2026-01-01T00:00:36Z', graceSeconds: 30 },
  })
  maker.write('kubectl', key, leaving, { verb: 'delete', milestone: 'terminate/store' })
  maker.hop('watch', 'kube-apiserver', kubelet, { ...one, milestone: 'terminate/told' })
  maker.hop('decision', kubelet, kubelet, { ...one, milestone: 'terminate/kubelet-sees' })
  maker.hop('runtime', kubelet, 'containerd/node1', { ...one, milestone: 'terminate/term' })
  maker.hop('runtime', 'containerd/node1', 'containerd/node1', { ...one, milestone: 'terminate/wait' })
  if (how === 'killed')
    maker.hop('runtime', 'containerd/node1', 'containerd/node1', { ...one, milestone: 'terminate/kill', after: 30_000 })
  maker.hop('runtime', 'containerd/node1', kubelet, { ...one, milestone: 'terminate/exited', after: 40 })
  maker.hop('runtime', kubelet, 'containerd/node1', { ...one, milestone: 'terminate/clean-up' })
  maker.hop('request', kubelet, 'kube-apiserver', { ...one, verb: 'delete', milestone: 'terminate/grace-zero' })
  maker.write(kubelet, key, undefined, { uid, verb: 'delete', milestone: 'terminate/removed' })
}

export function newMaker(): FilmMaker {
  return new FilmMaker().before('nodes/node1', testNode('node1'))
}
