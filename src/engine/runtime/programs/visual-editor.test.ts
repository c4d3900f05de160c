import { beforeAll, describe, expect, test } from 'vitest'
import '../../../kubectl/index.ts'
import { leaving, openedIn, saving } from '../../api/fileEditing.ts'
import { createCluster, type Cluster } from '../../index.ts'

let cluster: Cluster

/** Somebody at a terminal; what stands on it after these keys. */
function session(first: { shell: string } | { kubectl: string }, keys: readonly string[]): string {
  const into = cluster.perform({ ...first, terminal: true })
  cluster.run({ for: '2s' })
  for (const text of keys) {
    cluster.perform({ typed: { into, text } })
    cluster.run({ for: '2s' })
  }
  return cluster.output.filter(({ command }) => command === into).map(({ text }) => text).join('')
}

const ssh = (...keys: string[]): string => session({ shell: 'ssh node1' }, keys)
const run = (line: string): string => (({ stdout, stderr }) => stdout + stderr)(cluster.exec({ program: 'shell', line }))

beforeAll(() => {
  cluster = createCluster({ nodes: 1 })
  cluster.exec({ program: 'kubectl', line: 'run box --image=busybox:1.36 -- sleep 3600' })
  cluster.run({ for: '10s' })
})

describe('vi on a machine', () => {
  test.each(['vi', 'vim', 'nano'])('%s shows the file, and writes what it is left with', (name) => {
    run(`ssh node1 'printf "one\\ntwo\\n" > /tmp/${name}'`)
    expect(openedIn(ssh(`${name} /tmp/${name}\r`))).toEqual({ path: `/tmp/${name}`, text: 'one\ntwo\n' })
    cluster.perform({ typed: { into: cluster.inputs.length - 2, text: saving('one\n\ttwo: "三"\n') } })
    cluster.run({ for: '2s' })
    expect(run(`ssh node1 cat /tmp/${name}`)).toBe('one\n\ttwo: "三"\n')
  })

  test('goes back to the shell, which says what comes next', () => {
    const said = ssh('vi /tmp/new\r', saving('a\n'), 'cat /tmp/new\r')
    expect(openedIn(said)).toBe('none')
    // oxlint-disable-next-line no-control-regex
    expect(said.replaceAll(/\u001b\][^\u0007]*\u0007/g, '').replaceAll('\r\n', '\n')).toBe('root@node1:~# vi /tmp/new\n"/tmp/new" 1L, 2B written\nroot@node1:~# cat /tmp/new\na\nroot@node1:~# ')
  })

  test.each([[':q!\r'], ['ZQ'], [':wq\r'], [leaving], ['\u0018']])('%j leaves a file that nobody has changed as it is', (keys) => {
    run(`ssh node1 'echo old > /tmp/kept'`)
    expect(openedIn(ssh('vi /tmp/kept\r', keys))).toBe('none')
    expect(run('ssh node1 cat /tmp/kept')).toBe('old\n')
  })

  test('keys that mean nothing, Ctrl+C among them, end nothing', () => {
    expect(openedIn(ssh('vi /tmp/kept\r', 'ls\r', '\u0003'))).toMatchObject({ path: '/tmp/kept' })
  })

  test('says what it cannot write, and stays', () => {
    const said = ssh('vi /nowhere/file\r', saving('x\n'))
    expect(said).toContain(`"/nowhere/file" E212: Can't open file for writing`)
    expect(openedIn(said)).toEqual({ path: '/nowhere/file', text: '' })
  })

  test('is of no use without a terminal', () => {
    expect(run('ssh node1 vi /tmp/kept')).toContain('Vim: Warning: Input is not from a terminal')
  })
})

test('a container has it, too, where its image does', () => {
  const into = cluster.inputs.length
  expect(openedIn(session({ kubectl: 'exec -it box -- vi notes' }, []))).toEqual({ path: '/notes', text: '' })
  cluster.perform({ typed: { into, text: saving('there\n') } })
  cluster.run({ for: '2s' })
  expect(run('kubectl exec box -- cat /notes')).toBe('there\n')
})
