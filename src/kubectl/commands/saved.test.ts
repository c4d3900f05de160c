import { expect, it } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

/** As people keep an object to make it again: with all that the server has put there. */
it.each(['create -f cm.yaml', 'apply -f cm.yaml', 'replace --force -f cm.yaml'])('what was read from a cluster can be made again by %s', (line) => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'create configmap cm --from-literal=a=b')
  const files = { 'cm.yaml': kubectl(cluster, 'get configmap cm -o yaml').stdout }
  if (!line.startsWith('replace')) kubectl(cluster, 'delete configmap cm')
  expect(kubectl(cluster, line, { files })).toMatchObject({ stderr: '', exitCode: 0 })
  expect(kubectl(cluster, 'get configmap cm -o jsonpath={.data.a}').stdout).toBe('b')
  expect(kubectl(cluster, 'diff -f cm.yaml', { files: { 'cm.yaml': files['cm.yaml'].replace('name: cm', 'name: new') } })).toMatchObject({ stderr: '', exitCode: 1 })
})
