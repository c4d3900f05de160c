import { expect, test } from 'vitest'
import { kubectl } from '../../../../kubectl/index.ts'
import { createCluster } from '../../../index.ts'
import { FileSystem } from '../../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from '../../testing/lab.ts'

const started = (o: LabOptions = {}): Lab => new Lab({ image: 'redis:7', ...o }).start().until(1000)
const cli = (lab: Lab, line: string): string => lab.exec(['redis-cli', ...line.split(' ')]).stdout.trim()

test.each([
  [['rpush l a b c', 'lrange l 0 -1', 'lrange l -2 -1', 'lindex l 0', 'lpop l', 'rpop l 2', 'exists l'], ['3', 'a\nb\nc', 'b\nc', 'a', 'a', 'c\nb', '0']],
  [['hset h f 1 g 2', 'hgetall h', 'hincrby h f 2', 'hmget h f x', 'hdel h f g', 'type h'], ['2', 'f\n1\ng\n2', '3', '3', '2', 'none']],
  [['sadd s a b a', 'scard s', 'sismember s a', 'srem s a', 'smembers s'], ['2', '2', '1', '1', 'b']],
  [['zadd z 2 b 1 a', 'zrange z 0 -1 withscores', 'zincrby z 5 a', 'zrevrange z 0 0'], ['2', 'a\n1\nb\n2', '6', 'a']],
  [['mset a 1 b 2', 'mget a b c', 'keys ?', 'append a 0', 'incrby a 5', 'getdel a', 'get a', 'set a', 'lpush b x'], ['OK', '1\n2', 'a\nb', '2', '15', '15', '', "ERR wrong number of arguments for 'set' command", 'WRONGTYPE Operation against a key holding the wrong kind of value']],
  [['config set maxmemory 1mb', 'config get maxmemory', 'nonsense x'], ['OK', 'maxmemory\n1048576', "ERR unknown command 'nonsense', with args beginning with: 'x'"]],
])('%j', (lines, answers) => {
  const lab = started()
  expect(lines.map((line) => cli(lab, line))).toEqual(answers)
})

test('a password', () => {
  const lab = started({ args: ['--requirepass', 'secret'] })
  expect(cli(lab, 'ping')).toBe('NOAUTH Authentication required.')
  expect(cli(lab, '-a secret ping')).toBe('PONG')
  expect(lab.exec(['redis-cli', '-a', 'wrong', 'ping']).stderr).toContain('AUTH failed: WRONGPASS invalid username-password pair')
  expect(lab.exec(['sh', '-c', 'REDISCLI_AUTH=secret redis-cli ping']).stdout).toBe('PONG\n')
  expect(lab.exec(['redis-cli'], { stdin: 'auth secret\nping\n' }).stdout).toBe('OK\nPONG\n')
})

test('what it was given lies on its volume after it has ended, unless it was killed', () => {
  const source = new FileSystem({ now: () => LAB_START })
  const mounts = [{ path: '/data', source, readOnly: false }]
  const first = started({ mounts })
  cli(first, 'set k v')
  first.os.signal('TERM')
  first.until(3000)
  expect(first.output).toContain('DB saved on disk')
  const second = started({ mounts })
  expect(second.output).toContain('DB loaded from disk')
  expect([cli(second, 'get k'), cli(second, 'set k w')]).toEqual(['v', 'OK'])
  second.os.signal('KILL')
  expect(cli(started({ mounts }), 'get k')).toBe('v')
  source.writeText('/dump.rdb', 'REDIS0011\nnothing')
  expect(started({ mounts }).exit?.exitCode).toBe(1)
})

test('a replica says what its master says, and takes nothing by itself; a sentinel knows who the master is', () => {
  const lab = new Lab({ image: 'redis:7', args: ['--replicaof', 'leader', '6379'] })
  lab.neighbour('leader', { image: 'redis:7' })
  const conf = new FileSystem({ now: () => LAB_START })
  conf.writeText('/sentinel.conf', 'sentinel monitor mymaster leader 6379 1\n')
  lab.neighbour('watcher', { image: 'redis:7', command: ['redis-sentinel', '/etc/redis/sentinel.conf'], mounts: [{ path: '/etc/redis', source: conf, readOnly: false }] })
  lab.start().until(2000)
  expect(cli(lab, '-h leader set k v')).toBe('OK')
  expect(cli(lab, 'get k')).toBe('v')
  expect(cli(lab, 'set k w')).toBe("READONLY You can't write against a read only replica.")
  expect(cli(lab, 'info replication')).toContain('role:slave\nmaster_host:leader\nmaster_port:6379\nmaster_link_status:up')
  expect(cli(lab, '-h leader info replication')).toContain('connected_slaves:1\nslave0:ip=')
  expect(cli(lab, '-h watcher -p 26379 sentinel get-master-addr-by-name mymaster')).toMatch(/^10\.\S+\n6379$/)
  expect([cli(lab, 'replicaof no one'), cli(lab, 'set k w')]).toEqual(['OK', 'OK'])
})

test('most Sentinels make a master of a replica when theirs is gone', () => {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  const set = (name: string, replicas: number, script: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { clusterIP: None, selector: { app: ${name} }, ports: [{ port: 6379 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name} }
spec:
  serviceName: ${name}
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: "redis:7", command: [sh, -c, '${script}'] }] }
---`
  k('apply -f -', set('redis', 3, 'if [ $HOSTNAME = redis-0 ]; then exec redis-server; else exec redis-server --replicaof redis-0.redis 6379; fi'))
  c.run({ for: '30s' })
  k('apply -f -', set('watcher', 3, 'printf "sentinel monitor m redis-0.redis 6379 2\\nsentinel down-after-milliseconds m 5000\\n" > /tmp/s.conf; exec redis-sentinel /tmp/s.conf'))
  c.run({ for: '30s' })
  expect(k('exec watcher-0 -- redis-cli -p 26379 info')).toMatch(/master0:name=m,status=ok,address=10\.\S+:6379,slaves=2,sentinels=3/)
  k('exec redis-0 -- redis-cli set k v')
  c.run({ for: '5s' })
  k('cordon -l kubernetes.io/os=linux')
  k('delete pod redis-0 --wait=false')
  c.run({ for: '30s' })
  const masters = [0, 1, 2].map((i) => k(`exec watcher-${i} -- redis-cli -p 26379 sentinel get-master-addr-by-name m`).split('\n')[0])
  expect(new Set(masters).size).toBe(1)
  expect([1, 2].map((i) => k(`get pod redis-${i} -o jsonpath={.status.podIP}`))).toContain(masters[0])
  expect(k(`exec redis-1 -- redis-cli -h ${masters[0]} get k`)).toBe('v\n')
  expect([0, 1, 2].map((i) => k(`logs watcher-${i}`)).join('')).toMatch(/# \+odown master m .*#quorum \d\/2\n[\s\S]*# \+switch-master m /)
})

test('what a script finds in the answer of a Sentinel, as musl reads expressions', () => {
  const found = (image: string): string => new Lab({ image }).start().until(1000).exec(['sh', '-c', 'echo redis-0.redis | grep -cE "^redis-\\d{1,}"']).stdout
  expect([found('redis:7-alpine'), found('redis:7')]).toEqual(['1\n', '0\n'])
})

test('files include others, and commands may have lost their names', () => {
  const lab = new Lab({ image: 'redis:7', command: ['redis-server', '/etc/a.conf', '--include', '/etc/c.conf'] })
  for (const [path, text] of Object.entries({ '/etc/a.conf': 'maxmemory 5mb\ninclude /etc/b.conf\n', '/etc/b.conf': 'rename-command FLUSHALL ""\nmaxclients 77\n', '/etc/c.conf': 'rename-command KEYS LISTALL\ninclude /etc/none.conf\n' })) lab.os.files.writeText(path, text)
  lab.start().until(3_000)
  const asked = (line: string): string => lab.exec(['sh', '-c', `redis-cli ${line}`]).stdout
  expect(asked('config get maxclients')).toBe('maxclients\n77\n')
  expect(asked('flushall')).toContain("ERR unknown command 'flushall'")
  asked('set a 1')
  expect([asked('keys "*"'), asked('listall "*"')]).toEqual([expect.stringContaining("ERR unknown command 'keys'"), 'a\n'])
})
