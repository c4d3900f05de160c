/** Source: test/e2e/kubectl/kubectl.go, "should return command exit codes". */
import { expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

test.each<[flags: string, command: string, code: number, says: string]>([
  ['--restart=Never -i', 'exit 0', 0, ''],
  ['--restart=Never -i', 'exit 42', 42, 'terminated (Error)'],
  ['--restart=Never -i --rm', 'cat && exit 42', 42, 'terminated (Error)'],
  ['--restart=Never -i --leave-stdin-open', 'exit 42', 0, ''],
  // What is started again never ends.
  ['--restart=OnFailure -i', 'exit 42', 1, 'timed out waiting for the condition'],
  ['--restart=OnFailure -i --rm', 'cat && exit 42', 1, 'timed out waiting for the condition'],
  ['--restart=OnFailure -i', 'cat && exit 0', 0, ''],
])('run %s: %s', (flags, command, code, says) => {
  const cluster = createCluster({ nodes: 1 })
  const ran = kubectl(cluster, `run try --image=busybox ${flags} -- sh -c "${command}"`, { stdin: 'abc' })
  expect([ran.exitCode, ran.stderr]).toEqual([code, expect.stringContaining(says)])
  cluster.run({ for: '40s' })
  expect(kubectl(cluster, 'get pod try').exitCode).toBe(flags.includes('--rm') ? 1 : 0)
})
