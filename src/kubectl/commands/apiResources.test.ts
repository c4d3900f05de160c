import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import './root.ts'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1 })
const said = (line: string): string => kubectl(cluster, line).stdout

/** What a v1.34 server answers, in its order: "*" stands for all verbs, "-" for nothing. */
const rows = readFileSync(new URL('../testdata/resources.txt', import.meta.url), 'utf8').trim().split('\n').map((line) =>
  line.split(' ').map((cell) => (cell === '-' ? '' : cell === '*' ? 'create,delete,deletecollection,get,list,patch,update,watch' : cell)))

/** A column is three wider than its widest cell; behind the last there is nothing. */
function laidOut(table: readonly (readonly string[])[]): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)) + 3)
  return table.map((row) => `${row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column]!) : cell)).join('')}\n`).join('')
}

const titles = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', 'VERBS', 'CATEGORIES']

test('api-resources are those of a real server', () => {
  expect(said('api-resources -o wide')).toBe(laidOut([titles, ...rows]))
  expect(said('api-resources')).toBe(laidOut([titles, ...rows].map((row) => row.slice(0, 5))))
  expect(said('api-resources --no-headers --api-group=apps')).toBe(laidOut(rows.filter(([, , version]) => version === 'apps/v1').map((row) => row.slice(0, 5))))
  expect(said('api-resources -o name --namespaced=false --verbs=list,delete')).toBe(
    rows.filter((row) => row[3] === 'false' && row[5]!.includes('delete')).map(([name, , version]) => `${name}${version!.includes('/') ? `.${version!.split('/')[0]}` : ''}\n`).join(''))
  expect(said('api-resources --categories=all --sort-by=kind --no-headers').split(/\s+/).filter((word) => /^[A-Z]/.test(word))).toEqual([
    'CronJob', 'DaemonSet', 'Deployment', 'HorizontalPodAutoscaler', 'Job', 'Pod', 'ReplicaSet', 'ReplicationController', 'Service', 'StatefulSet'])
})

test('api-versions are sorted', () => {
  const versions = new Set([...rows.map(([, , version]) => version!), 'autoscaling/v1'])
  expect(said('api-versions')).toBe([...versions].toSorted().map((version) => `${version}\n`).join(''))
})
