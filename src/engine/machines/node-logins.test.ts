import { beforeAll, describe, expect, test } from 'vitest'
import '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'

let cluster: Cluster

const run = (line: string, at = cluster): string => {
  const { stdout, stderr } = at.exec({ program: 'shell', line })
  return stdout + stderr
}

/** Somebody at a terminal: what stands on it after these lines have been typed into the first. */
function typed(at: Cluster, first: string, lines: readonly string[]): string {
  const into = at.perform({ shell: first, terminal: true })
  at.run({ for: '2s' })
  for (const line of lines) {
    at.perform({ typed: { into, text: line.length === 1 ? line : `${line}\r` } })
    at.run({ for: '2s' })
  }
  return at.output.filter(({ command }) => command === into).map(({ text }) => text).join('').replaceAll('\r\n', '\n')
}

beforeAll(() => {
  cluster = createCluster({ nodes: 2, kubeadm: true })
  cluster.run({ for: '3s' })
})

describe('ssh with a command', () => {
  test.each<[line: string, said: string]>([
    ['ssh node1 hostname', 'node1\n'],
    ['ssh root@node2 "whoami; pwd"', 'root\n/root\n'],
    ['ssh -l root 10.99.0.1 hostname', 'node1\n'],
    ['ssh node1 ssh node2 hostname', 'node2\n'],
    ['ssh node1 "exit 3"; echo $?', '3\n'],
    ['echo there | ssh node1 cat', 'there\n'],
    ['ssh node1 "sudo -u nobody whoami; sudo A=1 printenv A"', 'nobody\n1\n'],
    ['ssh node9 ls; echo $?', 'ssh: Could not resolve hostname node9: Name or service not known\n255\n'],
    ['ssh jane@node1 ls', 'jane@node1: Permission denied (publickey,password).\n'],
    ['ssh -p 2222 node1 ls', 'ssh: connect to host node1 port 2222: Connection refused\n'],
    ['ssh node1 nothing', 'bash: line 1: nothing: command not found\n'],
    ['ssh node1 kubectl get nodes', 'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n'],
    ['ssh node1 kubectl --kubeconfig /etc/kubernetes/kubelet.conf auth whoami -o jsonpath={.status.userInfo.username}', 'system:node:node1'],
  ])('%s', (line, said) => {
    expect(run(line).split('\n').toSorted()).toEqual(said.split('\n').toSorted())
  })
})

test('a shell on a machine, on another from there, and back', () => {
  const said = typed(cluster, 'ssh control-plane', ['kubectl get nodes -o name', 'ssh node1', 'hostname', 'exit', 'sudo -i', 'id -u', 'exit', '\x04'])
  expect(said).toBe(
    'root@control-plane:~# kubectl get nodes -o name\nnode/control-plane\nnode/node1\nnode/node2\n' +
      'root@control-plane:~# ssh node1\nroot@node1:~# hostname\nnode1\nroot@node1:~# exit\nlogout\nConnection to node1 closed.\n' +
      'root@control-plane:~# sudo -i\nroot@control-plane:~# id -u\n0\nroot@control-plane:~# exit\nlogout\n' +
      'root@control-plane:~# logout\nConnection to control-plane closed.\n',
  )
})

test('kubectl there has the terminal, too', () => {
  cluster.exec({ program: 'shell', line: 'kubectl run web --image=nginx:1.27' })
  cluster.run({ for: '15s' })
  const said = typed(cluster, 'ssh control-plane', ['kubectl exec -it web -- sh', 'hostname', 'exit', 'echo back', 'exit'])
  expect(said).toBe('root@control-plane:~# kubectl exec -it web -- sh\n# hostname\nweb\n# exit\nroot@control-plane:~# echo back\nback\nroot@control-plane:~# exit\nlogout\nConnection to control-plane closed.\n')
})

test('kubectl there reads what lies there', () => {
  const pod = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: NAME }\n'
  for (const [path, command] of [['/opt/course/one.yaml', 'kubectl apply -f /opt/course/one.yaml'], ['/opt/two.yaml', 'cd /opt; kubectl create -f two.yaml'], ['/root/three.yaml', 'cd /root; kubectl apply -f ./three.yaml']] as const) {
    const name = /(\w+)\.yaml/.exec(path)![1]!
    cluster.exec({ program: 'shell', line: `ssh control-plane 'mkdir -p /opt/course; cat > ${path}'`, stdin: pod.replace('NAME', name) })
    expect(run(`ssh control-plane '${command}'`)).toBe(`namespace/${name} created\n`)
  }
  expect(run('ssh control-plane "kubectl get ns one -o yaml > /opt/out.yaml; grep -c name: /opt/out.yaml"')).toMatch(/^\d\n$/)
})

test('^C reaches what runs there, and nobody else', () => {
  expect(typed(cluster, 'ssh node1', ['sleep 100', '\x03', 'echo still here', 'exit'])).toContain('^C\nroot@node1:~# echo still here\nstill here\n')
})

test('its files are its own, and scp brings them', () => {
  expect(run('ssh node1 "echo one > /root/a"; ssh node2 cat /root/a; scp -q node1:a . && cat a; scp a node2:/tmp/b; ssh node2 cat /tmp/b; scp node1:none .')).toBe(
    'one\none\ncat: /root/a: No such file or directory\nscp: none: No such file or directory\n',
  )
})

test('the kubeconfig of the control plane works where it is brought to', () => {
  expect(run('scp control-plane:/etc/kubernetes/admin.conf . && kubectl --kubeconfig admin.conf get node node1 -o name')).toBe('node/node1\n')
})

test('a machine that is cut off or without power does not answer; who is there when it goes is thrown out', () => {
  const own = createCluster({ nodes: 2 })
  own.fault({ type: 'node-partition', node: 'node2' })
  const before = own.now
  expect(run('ssh -o ConnectTimeout=5 node2', own)).toBe('ssh: connect to host node2 port 22: Connection timed out\n')
  expect(own.now - before).toBeLessThan(7000)
  expect(run('ssh node1 ssh node2 hostname', own)).toBe('ssh: connect to host node2 port 22: Connection timed out\n')
  expect(own.now - before).toBeGreaterThan(120_000)
  const into = own.perform({ shell: 'ssh node1', terminal: true })
  own.run({ for: '2s' })
  own.fault({ type: 'node-stop', node: 'node1' })
  own.run({ for: '2s' })
  expect(own.ended.find(({ command }) => command === into)?.exitCode).toBe(255)
  expect(own.output.at(-2)!.text + own.output.at(-1)!.text).toBe('Connection to node1 closed by remote host.\nConnection to node1 closed.\n')
  own.fault({ type: 'node-stop', node: 'node1', restore: true })
  expect(run('ssh node1 hostname', own)).toBe('node1\n')
})

test('ps shows what runs on the machine, and who is logged in is among them', () => {
  const said = run('ssh node1 ps -eo args')
  for (const command of ['/sbin/init', '/usr/bin/kubelet ', '/usr/bin/containerd', '/usr/local/bin/kube-proxy', 'ps -eo args']) expect(said).toContain(command)
})

test('a film with it is the same film each time', () => {
  const film = (): string => {
    const own = createCluster({ nodes: 1 })
    run('ssh node1 "systemctl restart kubelet; journalctl -u kubelet"', own)
    own.run({ for: '20s' })
    return JSON.stringify(own.trace.map(({ at, from, to, detail }) => [at, from, to, detail?.type]))
  }
  expect(film()).toBe(film())
})
