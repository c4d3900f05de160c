import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from './index.ts'
import { kubectl } from '../kubectl/index.ts'
import { runQuery } from '../worker/query.ts'
import type { Request, Response, UserInfo } from './api/request.ts'
import type { Status } from './api/types.ts'

const jane: UserInfo = { name: 'jane', groups: ['system:authenticated'] }
const readPods: Request = { verb: 'GET', path: '/api/v1/namespaces/default/pods' }

/** A cluster in which jane got the right to read pods, and lost it again: the revisions before, while and after she had it. */
function story(): { c: Cluster; before: number; having: number; after: number } {
  const c = createCluster({ nodes: 1, latency: 'zero' })
  const did = (line: string): number => {
    const { exitCode, stderr } = kubectl(c, line)
    expect([exitCode, stderr]).toEqual([0, ''])
    return c.revision
  }
  const before = c.revision
  did('create role reader --verb=get,list --resource=pods')
  const having = did('create rolebinding jane-reads --role=reader --user=jane')
  const after = did('delete rolebinding jane-reads')
  return { c, before, having, after }
}

const message = ({ body }: Response): string => (body as Status).message ?? ''

describe('a past moment answers with the rights of then', () => {
  const { c, before, having, after } = story()
  const at = (line: string, revision: number): ReturnType<typeof runQuery> => runQuery(line, c.at(revision), c.at(revision).now)

  test.each<[string, number, number]>([
    ['before she got them', before, 403],
    ['while she had them', having, 200],
    ['after she lost them', after, 403],
  ])('%s', (_, revision, code) => {
    expect(c.at(revision).request({ ...readPods, user: jane }).code).toBe(code)
  })

  test('whatever is true now', () => {
    expect(c.request({ ...readPods, user: jane }).code).toBe(403)
    expect(message(c.at(before).request({ ...readPods, user: jane }))).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    )
  })

  test('to whom acts as another', () => {
    const as = (revision: number): string => at('get pods --as=jane', revision).stderr
    expect(as(having)).toBe('No resources found in default namespace.\n')
    expect(as(after)).toBe('Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"\n')
    const acting = c.at(having).request({ ...readPods, user: jane, as: { name: 'kate' } })
    expect(message(acting)).toBe('users "kate" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope')
  })

  test('to whom only asks', () => {
    const may = (revision: number): string => at('auth can-i list pods --as=jane', revision).stdout
    expect([may(before), may(having), may(after)]).toEqual(['no\n', 'yes\n', 'no\n'])
    expect(at('auth whoami -o jsonpath={.status.userInfo.username}', before).stdout).toBe('kubernetes-admin')
  })

  test('to whom shows a token that was good then', () => {
    const { c } = story()
    const token = kubectl(c, 'create token default').stdout.trim()
    const good = c.revision
    kubectl(c, 'delete serviceaccount default --wait=false')
    const bad = c.revision
    const code = (revision: number): number => c.at(revision).request({ verb: 'GET', path: '/api', token }).code
    expect([code(good), code(bad)]).toEqual([200, 401])
  })

  test('to nobody, who is anonymous', () => {
    expect(c.at(having).request({ ...readPods, user: { name: 'system:anonymous', groups: ['system:unauthenticated'] } }).code).toBe(403)
  })

  test('and to kubelets what pods on their nodes name', () => {
    const { c } = story()
    kubectl(c, 'create secret generic s')
    const without = c.revision
    kubectl(c, 'create -f -', { stdin: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"node1","containers":[{"name":"c","image":"nginx","envFrom":[{"secretRef":{"name":"s"}}]}]}}' })
    const kubelet: UserInfo = { name: 'system:node:node1', groups: ['system:nodes', 'system:authenticated'] }
    const code = (revision: number): number => c.at(revision).request({ verb: 'GET', path: '/api/v1/namespaces/default/secrets/s', user: kubelet }).code
    expect([code(without), code(c.revision)]).toEqual([403, 200])
  })
})
