import { beforeAll, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1 })
const files = { 'note.txt': 'hello\n', 'dir/a.txt': 'A\n', 'dir/b.txt': 'B\n' }
const run = (line: string) => kubectl(cluster, line, { files })

beforeAll(() => {
  for (const [name, image] of [['box', 'busybox:1.36'], ['gnu', 'debian:12']]) {
    const containers = [{ name: 'app', image, command: ['sleep', '3600'] }]
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } } as never
    cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body })
  }
  cluster.run({ for: '10s' })
})

test('a file goes in and comes out', () => {
  expect(run('cp note.txt box:/tmp/note.txt')).toEqual({ stdout: '', stderr: '', exitCode: 0 })
  expect(run('exec box -- cat /tmp/note.txt').stdout).toBe('hello\n')
  expect(run('cp default/box:/tmp/note.txt back.txt -c app').exitCode).toBe(0)
  expect(run('cp back.txt box:/tmp/again.txt').exitCode).toBe(0)
  expect(run('exec box -- cat /tmp/again.txt').stdout).toBe('hello\n')
})

test('a directory goes in and comes out, under its own name where there is one', () => {
  expect(run('cp dir box:/tmp')).toEqual({ stdout: '', stderr: '', exitCode: 0 })
  expect(run('exec box -- cat /tmp/dir/a.txt /tmp/dir/b.txt').stdout).toBe('A\nB\n')
  expect(run('cp dir box:/srv/other').exitCode).toBe(0)
  expect(run('exec box -- cat /srv/other/b.txt').stdout).toBe('B\n')
  expect(run('cp box:/tmp/dir back').stdout).toBe("tar: removing leading '/' from member names\n")
  expect(run('cp back/a.txt box:/tmp/third.txt').exitCode).toBe(0)
  expect(run('exec box -- cat /tmp/third.txt').stdout).toBe('A\n')
})

test('what is not there is missed by tar', () => {
  expect(run('cp box:/none.txt here.txt')).toEqual({
    stdout: "tar: removing leading '/' from member names\ntar: can't stat '/none.txt': No such file or directory\ntar: error exit delayed from previous errors\n",
    stderr: 'command terminated with exit code 1\n',
    exitCode: 1,
  })
})

test('the tar of the image has its own words', () => {
  expect(run('cp gnu:/etc/hostname name.txt').stdout).toBe("tar: Removing leading `/' from member names\n")
  expect(run('cp gnu:/none.txt here.txt')).toEqual({
    stdout: 'tar: /none.txt: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n',
    stderr: 'command terminated with exit code 2\n',
    exitCode: 2,
  })
})

test.each<[string, string]>([
  ['cp note.txt', 'error: source and destination are required\n'],
  ['cp a b', 'error: one of src or dest must be a remote file specification\n'],
  ['cp none.txt box:/tmp/x', 'error: none.txt doesn\'t exist in local filesystem\n'],
  ['cp note.txt absent:/tmp/x', 'Error from server (NotFound): pods "absent" not found\n'],
])('%s', (line, stderr) => {
  const ran = run(line)
  expect(ran.stderr).toBe(stderr)
  expect(ran.exitCode).toBe(1)
})
