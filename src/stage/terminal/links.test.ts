import { expect, test } from 'vitest'
import { linked, linksTo } from './links.ts'

const links = linksTo({
  namespaces: ['namespaces/default', 'namespaces/kube-system'],
  pods: ['pods/default/web', 'pods/kube-system/dns'],
  nodes: ['nodes/node1'],
  deployments: ['deployments/default/shop'],
})
const keys = (line: string) => linked(line, links).filter(({ key }) => key !== undefined).map(({ text, key }) => `${text} -> ${key}`)

test.each<[string, string[]]>([
  ['web    1/1   Running   0   5s   10.244.1.2   node1', ['web -> pods/default/web', 'node1 -> nodes/node1']],
  ['pod/web created', ['pod/web -> pods/default/web']],
  ['deployment.apps/shop scaled', ['deployment.apps/shop -> deployments/default/shop']],
  ['evicting pod kube-system/dns', ['kube-system/dns -> pods/kube-system/dns']],
  ['pod "web" deleted from default namespace', ['web -> pods/default/web']],
  ['dns      1/1   Running', ['dns -> pods/kube-system/dns']],
  ['pod/node1, node/node1, constructor/web', ['node/node1 -> nodes/node1']],
  ['Node:  node1/10.99.0.1', []],
  ['website is no pod, nor is shop', []],
])('%s', (line, expected) => expect(keys(line)).toEqual(expected))

test('nothing of a line is lost', () => {
  const line = '  web on node1, and web again.'
  expect(linked(line, links).map(({ text }) => text).join('')).toBe(line)
  expect(linked('', links)).toEqual([{ text: '', key: undefined }])
})
