import { expect, test } from 'vitest'
import { printTable } from '../../engine/apiserver/printers/printers.ts'
import '../../engine/index.ts'
import { findKind } from '../../engine/api/resources.ts'
import { formatTime, parseTime } from '../../engine/api/time.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { TablePrinter, type TableOptions } from './table.ts'

const now = parseTime('2025-06-01T08:00:00Z')!
const minute = 60
const hour = 60 * minute
const ago = (seconds: number) => formatTime(now - seconds * 1000)

const plain: TableOptions = { wide: false, noHeaders: false, withNamespace: false, kind: '', showLabels: false, columnLabels: [] }

interface Given {
  age: number
  labels?: Record<string, string>
  spec?: object
  status?: object
}

function print(apiVersion: string, kind: string, name: string, { age, labels, ...body }: Given, options: Partial<TableOptions>): string {
  const metadata = { name, namespace: 'default', creationTimestamp: ago(age), ...(labels === undefined ? {} : { labels }) }
  const object = { apiVersion, kind, metadata, spec: {}, ...body } as unknown as KubeObject
  return new TablePrinter({ ...plain, ...options }).print(printTable(findKind(apiVersion, kind)!, [object], { now }))
}

const running = { phase: 'Running', containerStatuses: [{ name: 'a', ready: true, restartCount: 0, state: { running: {} } }] }
const crashing = {
  phase: 'Running',
  containerStatuses: [{ name: 'a', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1, finishedAt: ago(95) } } }],
}
const one = { containers: [{ name: 'a' }] }

/** Titles, three blanks between the columns, nothing behind the last; without titles the columns are at least as wide as the shortest tab. */
test.each<[kind: string, name: string, given: Given, options: Partial<TableOptions>, lines: string[]]>([
  ['Pod', 'crash', { age: 5 * minute, spec: one, status: crashing }, {}, [
    'NAME    READY   STATUS             RESTARTS      AGE',
    'crash   0/1     CrashLoopBackOff   4 (95s ago)   5m',
  ]],
  ['Pod', 'w2', { age: 10 * minute, spec: { ...one, nodeName: 'node-1' }, status: { ...running, podIPs: [{ ip: '10.1.0.5' }] } }, { wide: true }, [
    'NAME   READY   STATUS    RESTARTS   AGE   IP         NODE     NOMINATED NODE   READINESS GATES',
    'w2     1/1     Running   0          10m   10.1.0.5   node-1   <none>           <none>',
  ]],
  ['Pod', 'l1', { age: 10 * minute, labels: { tier: 'web', app: 'shop' }, spec: one, status: running }, { showLabels: true }, [
    'NAME   READY   STATUS    RESTARTS   AGE   LABELS',
    'l1     1/1     Running   0          10m   app=shop,tier=web',
  ]],
  ['Pod', 'l2', { age: 10 * minute, spec: one, status: running }, { showLabels: true }, [
    'NAME   READY   STATUS    RESTARTS   AGE   LABELS',
    'l2     1/1     Running   0          10m   <none>',
  ]],
  ['Pod', 'l3', { age: 10 * minute, labels: { 'example.org/tier': 'web' }, spec: one, status: running }, { columnLabels: ['example.org/tier', 'app'] }, [
    'NAME   READY   STATUS    RESTARTS   AGE   TIER   APP',
    'l3     1/1     Running   0          10m   web    ',
  ]],
  ['Pod', 'l4', { age: 10 * minute, spec: one, status: running }, { withNamespace: true }, [
    'NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE',
    'default     l4     1/1     Running   0          10m',
  ]],
  ['Pod', 'l5', { age: 10 * minute, spec: one, status: running }, { noHeaders: true }, ['l5    1/1   Running   0     10m']],
  ['Node', 'n5', { age: 240 * hour, spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.34.0' } } }, {}, [
    'NAME   STATUS                     ROLES    AGE   VERSION',
    'n5     Ready,SchedulingDisabled   <none>   10d   v1.34.0',
  ]],
  ['Node', 'n12', { age: 240 * hour, status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    addresses: [{ type: 'InternalIP', address: '172.16.0.2' }, { type: 'ExternalIP', address: '203.0.113.7' }, { type: 'Hostname', address: 'n12' }],
    nodeInfo: { kubeletVersion: 'v1.34.0', osImage: 'Debian GNU/Linux 12', kernelVersion: '6.1.0', containerRuntimeVersion: 'containerd://2.1.4' },
  } }, { wide: true }, [
    'NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE              KERNEL-VERSION   CONTAINER-RUNTIME',
    'n12    Ready    <none>   10d   v1.34.0   172.16.0.2    203.0.113.7   Debian GNU/Linux 12   6.1.0            containerd://2.1.4',
  ]],
  ['Service', 'sv3', { age: 90 * minute, spec: {
    type: 'NodePort', clusterIPs: ['10.96.0.11'], ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }, { port: 53, nodePort: 30053, protocol: 'UDP' }],
  }, status: {} }, {}, [
    'NAME   TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)                     AGE',
    'sv3    NodePort   10.96.0.11   <none>        80:30080/TCP,53:30053/UDP   90m',
  ]],
])('%s %s', (kind, name, given, options, lines) => {
  expect(print('v1', kind, name, given, options)).toBe(lines.map((line) => `${line}\n`).join(''))
})

const template = { spec: { containers: [{ name: 'web', image: 'web:1.0' }, { name: 'log', image: 'log:1.0' }] } }

test('a Deployment, wide', () => {
  const spec = { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template }
  const status = { readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 }
  expect(print('apps/v1', 'Deployment', 'd5', { age: 3 * hour, spec, status }, { wide: true })).toBe(
    'NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES            SELECTOR\n' +
      'd5     2/2     2            2           3h    web,log      web:1.0,log:1.0   app=shop\n',
  )
})

test('a Job', () => {
  const spec = { completions: 5, parallelism: 2, template }
  const status = { succeeded: 3, startTime: ago(4.5 * minute) }
  expect(print('batch/v1', 'Job', 'j3', { age: 10 * minute, spec, status }, {})).toBe(
    'NAME   STATUS    COMPLETIONS   DURATION   AGE\n' + 'j3     Running   3/5           4m30s      10m\n',
  )
})
