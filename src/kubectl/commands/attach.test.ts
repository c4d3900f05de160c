import { beforeAll, expect, test } from 'vitest'
import './root.ts'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1 })

beforeAll(() => {
  const pod = (name: string, script: string): void => {
    const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', script] }]
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', containers } } as never
    cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body })
  }
  for (const name of ['talks', 'chats']) pod(name, `echo early; sleep ${name === 'talks' ? 60 : 120}; echo late; echo wrong >&2; sleep 1`)
  pod('over', 'true')
  cluster.run({ for: '20s' })
})

const notice =
  'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n' +
  "If you don't see a command prompt, try pressing enter.\n"

test.each<[string, string, string, number]>([
  ['attach over', '', 'error: cannot attach a container in a completed pod; current phase is Succeeded\n', 1],
  ['attach absent', '', 'Error from server (NotFound): pods "absent" not found\n', 1],
  ['attach talks -c nope', '', 'error: cannot attach to the container: container nope not found in pod talks\n', 1],
  ['attach', '', 'error: at least 1 argument is required for attach\n', 1],
  ['attach talks', 'late\n', `${notice}wrong\n`, 0],
  ['attach chats -q', 'late\n', 'wrong\n', 0],
])('%s', (line, stdout, stderr, exitCode) => {
  expect(kubectl(cluster, line)).toEqual({ stdout, stderr, exitCode })
})
