import { expect, test } from 'vitest'
import { kubectl } from '../../../../kubectl/index.ts'
import { createCluster } from '../../../index.ts'
import { Lab } from '../../testing/lab.ts'

const watcher = '\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n'

test.each<[line: string, shown: string]>([
  ['zkCli.sh create /a hi', `Connecting to localhost:2181\n${watcher}Created /a\n`],
  ['zkCli.sh create /a/b hi; zkCli.sh ls /', `Connecting to localhost:2181\n${watcher}Node does not exist: /a/b\nConnecting to localhost:2181\n${watcher}[zookeeper]\n`],
  ['printf "create /q\\ncreate -s /q/n- x\\ncreate -s /q/n- y\\nls /q\\nget /q/n-0000000001\\ndelete /q\\ndeleteall /q\\nls -R /\\n" | zkCli.sh | tail -n 9', 'Created /q/n-0000000000\nCreated /q/n-0000000001\n[n-0000000000, n-0000000001]\ny\nNode not empty: /q\n/\n/zookeeper\n/zookeeper/config\n/zookeeper/quota\n'],
  ['zkCli.sh create /a hi | tail -n 1; zkCli.sh set /a you; zkCli.sh get -s /a | grep -E "^you|dataVersion|dataLength"', `Created /a\nConnecting to localhost:2181\n${watcher}you\ndataVersion = 1\ndataLength = 3\n`],
  ['zkCli.sh -server nowhere:2181 get /a', 'Connecting to nowhere:2181\nKeeperErrorCode = ConnectionLoss for /a\n'],
  ['zkServer.sh status', 'ZooKeeper JMX enabled by default\nUsing config: /conf/zoo.cfg\nClient port found: 2181. Client address: localhost. Client SSL: false.\nMode: standalone\n'],
  ['echo ruok | nc localhost 2181; echo srvr | nc localhost 2181 | grep Mode', 'ruok is not executed because it is not in the whitelist.\nMode: standalone\n'],
])('%s', (line, shown) => {
  const lab = new Lab({ image: 'zookeeper:3.9' }).start().until(10_000)
  const { stdout, stderr } = lab.exec(['sh', '-c', `${line} 2>&1`])
  expect(stdout + stderr).toBe(shown)
})

test('an ensemble agrees while most of it is there, and knows it all when it comes again', () => {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('create service clusterip zk --clusterip=None --tcp=2181')
  k('apply -f -', `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk }
spec:
  serviceName: zk
  replicas: 3
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: zk } }
  template:
    metadata: { labels: { app: zk } }
    spec:
      terminationGracePeriodSeconds: 1
      securityContext: { runAsUser: 1000, fsGroup: 1000 }
      containers:
      - name: zookeeper
        image: registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10
        command: [sh, -c, start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --tick_time=3000]
        readinessProbe: { exec: { command: [sh, -c, zookeeper-ready 2181] } }
`)
  c.run({ for: '1m' })
  const at = (pod: string, line: string): string => k(`exec ${pod} -- ${line}`)
  expect(at('zk-0', 'cat /opt/zookeeper/conf/zoo.cfg')).toMatch(/tickTime=3000\n[\s\S]*maxSessionTimeout=60000\n[\s\S]*server\.3=zk-2\.zk\.default\.svc\.cluster\.local:2888:3888\n/)
  expect(at('zk-2', 'cat /var/lib/zookeeper/data/myid')).toBe('3\n')
  at('zk-0', 'zkCli.sh create /color green')
  expect(at('zk-1', 'zkCli.sh get /color')).toMatch(/\ngreen\ncZxid = 0x100000001\n/)
  expect(['zk-0', 'zk-1', 'zk-2'].map((pod) => /Mode: .*/.exec(at(pod, 'zkServer.sh status'))?.[0]).filter((mode) => mode === 'Mode: leader')).toHaveLength(1)
  k('scale sts zk --replicas=1')
  c.run({ for: '20s' })
  expect(at('zk-0', 'zkCli.sh get /color')).toContain('KeeperErrorCode = ConnectionLoss for /color')
  k('scale sts zk --replicas=3')
  c.run({ for: '1m' })
  expect(at('zk-2', 'zkCli.sh get /color')).toContain('\ngreen\n')
  at('zk-0', 'pkill java')
  c.run({ for: '5s' })
  expect(k('get pod zk-0 -o jsonpath={.status.containerStatuses[0].restartCount}')).toBe('1')
})
