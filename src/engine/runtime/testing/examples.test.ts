import { describe, expect, it } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from './lab.ts'

/**
 * What the containers of the documentation's examples, of well-known books and courses, and of
 * recorded clusters run, and what comes of it. `ends` is [seconds, exit code]; a container without it
 * runs on. TERM is sent after `termAt` seconds.
 */
interface Example {
  command?: string[]
  args?: string[]
  sh?: string
  image?: string
  output?: string | RegExp
  ends?: [seconds: number, exitCode: number]
  termAt?: number
  more?: LabOptions
}

const volume = (files: Record<string, string>, path: string) => {
  const source = new FileSystem({ now: () => LAB_START })
  for (const [name, text] of Object.entries(files)) source.writeText(name, text)
  return { mounts: [{ path, source, readOnly: false }] }
}

const loop = 'while true; do sleep 0.1; done'

const examples: Example[] = [
  // Jobs and one-shot containers
  { sh: 'echo check; sleep 3', output: 'check\n', ends: [3, 0] },
  { sh: 'echo started; sleep 2; echo failing; exit 1', output: 'started\nfailing\n', ends: [2, 1] },
  { sh: 'echo work; sleep 4; echo done', output: 'work\ndone\n', ends: [4, 0] },
  { sh: 'sleep 3; exit 2', ends: [3, 2] },
  { sh: "sleep 4; echo 'no disk' > /dev/termination-log; exit 3", ends: [4, 3] },
  { sh: 'sleep 60; exit 88', ends: [60, 88] },
  { command: ['false'], ends: [0, 1] },
  { command: ['echo', 'hi'], output: 'hi\n', ends: [0, 0] },
  { command: ['sleep', '5'], ends: [5, 0] },
  {
    sh: 'date; echo Hello from the Kubernetes cluster',
    output: /^Fri Nov 20 18:46:10 UTC 2026\nHello from/,
    ends: [0, 0],
  },
  { sh: 'sleep 10 && echo Sleep expired > /dev/termination-log', image: 'debian', ends: [10, 0] },
  { sh: 'n=0; f() { n=$((n+1)); if [ $n -lt 240 ]; then while true; do { f; }; break; done; fi; }; f; echo $n', output: '240\n', ends: [0, 0] },
  { sh: "sh -c 'f() { if f; then f; fi; }; f'; exit $?", output: 'Segmentation fault\n', ends: [0, 139] },
  { sh: "sh -c 'eval \"$0\"' 'eval \"$0\"'; exit $?", output: 'Segmentation fault\n', ends: [0, 139] },
  { sh: "sh -c 'kill -SEGV $$'; exit $?", output: 'Segmentation fault\n', ends: [0, 139] },
  {
    command: ['bash'],
    args: ['-c', 'echo "Hello world! I\'m going to exit with 42 to simulate a software bug." && sleep 30 && exit 42'],
    image: 'docker.io/library/bash:5',
    output: /^Hello world! I'm going to exit with 42/,
    ends: [30, 42],
  },
  {
    sh: 'echo index $JOB_COMPLETION_INDEX; sleep 3; [ $JOB_COMPLETION_INDEX != 1 ]',
    more: { env: { JOB_COMPLETION_INDEX: '1' } },
    output: 'index 1\n',
    ends: [3, 1],
  },
  {
    command: [
      'python3',
      '-c',
      'import os, sys\nindex = int(os.environ.get("JOB_COMPLETION_INDEX"))\nif index == 0:\n  sys.exit(1)\nelif index == 1:\n  sys.exit(42)\nelse:\n  sys.exit(0)\n',
    ],
    image: 'docker.io/library/python:3',
    more: { env: { JOB_COMPLETION_INDEX: '1' } },
    ends: [0, 42],
  },
  {
    command: ['sh', '-c', 'git clone https://example.org/shop/site.git /site 2>&1; ls /site'],
    image: 'alpine/git',
    output: "Cloning into '/site'...\nREADME.md\nindex.html\n",
    ends: [1, 0],
  },
  {
    command: ['perl', '-Mbignum=bpi', '-wle', 'print bpi(20)'],
    image: 'perl',
    output: '3.1415926535897932385\n',
    ends: [0, 0],
  },
  {
    command: ['rev', '/input/data.txt'],
    more: volume({ 'data.txt': 'foo\n' }, '/input'),
    output: 'oof\n',
    ends: [0, 0],
  },
  {
    command: ['printenv'],
    args: ['HOSTNAME', 'KUBERNETES_PORT'],
    image: 'debian',
    more: { hostname: 'command-demo', env: { KUBERNETES_PORT: 'tcp://10.3.240.1:443' } },
    output: 'command-demo\ntcp://10.3.240.1:443\n',
    ends: [0, 0],
  },
  {
    command: ['/bin/sh', '-c', 'ls /etc/config/'],
    image: 'registry.k8s.io/busybox:1.27.2',
    more: volume({ SPECIAL_LEVEL: 'very', SPECIAL_TYPE: 'charm' }, '/etc/config'),
    output: 'SPECIAL_LEVEL\nSPECIAL_TYPE\n',
    ends: [0, 0],
  },
  {
    command: ['/bin/sh', '-c', 'cat /etc/config/keys'],
    more: volume({ keys: 'very' }, '/etc/config'),
    output: 'very\n',
    ends: [0, 0],
  },
  {
    command: ['cat'],
    args: ['/etc/hosts'],
    output: /^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/,
    ends: [0, 0],
  },
  {
    sh: 'echo x >> /s/n; [ $(wc -l < /s/n) = 4 ] && sleep 620; sleep 1; exit 1',
    more: volume({ n: 'x\nx\nx\n' }, '/s'),
    ends: [621, 1],
  },
  { sh: 'echo "logging" > /opt/logs.txt', image: 'alpine:latest', ends: [0, 0] },

  // Loops that print
  {
    args: ['/bin/sh', '-c', 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done'],
    image: 'busybox:1.28',
    output: /^0: Fri Nov 20 18:46:10 UTC 2026\n1: Fri Nov 20 18:46:11 UTC 2026\n2: /,
  },
  {
    args: [
      '/bin/sh',
      '-c',
      'i=0; while true; do\n  echo "$i: $(date)" >> /var/log/1.log;\n  i=$((i+1));\n  sleep 1;\ndone\n',
    ],
    image: 'busybox:1.28',
    output: '',
  },
  {
    command: ['/bin/sh'],
    args: ['-c', 'while true; do echo hello; sleep 10;done'],
    image: 'ubuntu',
    output: /^(hello\n){7}$/,
  },
  {
    sh: "while true; do echo -en '\\n'; printenv MY_CPU_REQUEST MY_CPU_LIMIT; printenv MY_MEM_REQUEST MY_MEM_LIMIT; sleep 10; done;",
    more: { env: { MY_CPU_REQUEST: '1', MY_CPU_LIMIT: '1', MY_MEM_REQUEST: '33554432', MY_MEM_LIMIT: '67108864' } },
    output: /^\n1\n1\n33554432\n67108864\n\n1\n/,
  },
  {
    sh: "while true; do if [[ -e /etc/podinfo/labels ]]; then echo -en '\\n\\n'; cat /etc/podinfo/labels; fi; sleep 5; done;",
    more: volume({ labels: 'rack="rack-22"\nzone="us-est-coast"' }, '/etc/podinfo'),
    output: /^\n\nrack="rack-22"\nzone="us-est-coast"\n\nrack/,
  },
  {
    sh: "trap 'exit 0' TERM; while true; do echo $(cat /conf/color) $COLOR; sleep 2; done",
    more: { ...volume({ color: 'red' }, '/conf'), env: { COLOR: 'blue' } },
    output: /^red blue\nred blue\n/,
  },

  // Probes
  {
    sh: 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600',
    image: 'registry.k8s.io/busybox:1.27.2',
    ends: [630, 0],
  },
  {
    sh: 'sleep 3; dd if=/dev/zero of=/var/log/f bs=1M count=40; sleep 600',
    output: /^40\+0 records in\n40\+0 records out\n41943040 bytes/,
  },
  { sh: 'sleep 3; tail /dev/zero', more: { memoryLimitBytes: 32 * 1024 ** 2 }, ends: [3, 137] },
  {
    command: ['stress'],
    args: ['--vm', '1', '--vm-bytes', '250M', '--vm-hang', '1'],
    image: 'polinux/stress',
    more: { memoryLimitBytes: 100 * 1024 ** 2 },
    output: /dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd/,
    ends: [0, 137],
  },
  { args: ['-cpus', '2'], image: 'vish/stress', output: /Spawning a thread to consume CPU/ },

  // Endings
  { sh: `trap 'echo got TERM; sleep 2; exit 0' TERM; ${loop}`, termAt: 10, output: 'got TERM\n', ends: [12, 0] },
  { sh: `trap 'sleep 1; exit 0' TERM; ${loop}`, termAt: 10, ends: [11, 0] },
  { sh: `trap 'sleep 3; exit 2' TERM; ${loop}`, termAt: 10, ends: [13, 2] },
  { sh: `trap 'sleep 5; exit 143' TERM; ${loop}`, termAt: 10, ends: [15, 143] },
  { sh: `trap '' TERM; ${loop}`, termAt: 10 },
  {
    sh: "env | grep ^MY_ | sort; trap 'exit 0' TERM; while true; do sleep 0.5; done",
    more: { env: { MY_B: '2', MY_A: '1' } },
    termAt: 5,
    output: 'MY_A=1\nMY_B=2\n',
    ends: [5, 0],
  },
  { command: ['sleep', '3600'], termAt: 10 },
  { command: ['sleep', 'infinity'], image: 'debian', termAt: 10 },
  { command: ['sleep', 'inf'], image: 'fedora', termAt: 10 },
  { sh: 'sleep 1h', image: 'registry.k8s.io/e2e-test-images/agnhost:2.45', termAt: 10 },
  {
    image: 'nginx:1.27',
    termAt: 10,
    output: /1#1: start worker process \d+\n2026\/11\/20 18:46:20 \[notice\] 1#1: signal 15 \(SIGTERM\) received, exiting\n/,
    ends: [10, 0],
  },
  { image: 'registry.k8s.io/pause:3.8', termAt: 10, output: 'Shutting down, got signal: Terminated\n', ends: [10, 0] },
  { image: 'redis', termAt: 10, output: /Ready to accept connections[\s\S]*bye bye/, ends: [10, 0] },
]

function nameOf(e: Example): string {
  return `${e.image ?? 'busybox'}: ${e.sh ?? [...(e.command ?? []), ...(e.args ?? [])].join(' ')}`
}

describe('examples', () => {
  for (const e of examples) {
    it(nameOf(e), () => {
      const command = e.sh === undefined ? e.command : ['sh', '-c', e.sh]
      const lab = new Lab({ image: e.image ?? 'busybox:1.36', command, args: e.args, ...e.more }).start()
      if (e.termAt !== undefined) {
        lab.until(e.termAt * 1000)
        lab.os.signal('TERM')
      }
      lab.until(e.ends === undefined ? 65_000 : (e.ends[0] + 5) * 1000)
      const ends = lab.exit === undefined ? undefined : [Math.floor(lab.exitedAt! / 1000), lab.exit.exitCode]
      expect(ends).toEqual(e.ends)
      if (typeof e.output === 'string') expect(lab.output).toBe(e.output)
      else if (e.output !== undefined) expect(lab.output).toMatch(e.output)
    })
  }
})
