import { complain, print } from '../process/io.ts'
import { type Process, type Program, type Run } from '../process/process.ts'
import { shellProgram } from '../shell/main.ts'
import { tools } from '../tools/all.ts'
import { usesBusybox } from '../tools/words.ts'
import { runInstead } from '../tools/processes.ts'
import { agnhost, nonewprivs } from './agnhost.ts'
import { apache, busyboxHttpd } from './apache.ts'
import {
  cassandra,
  elasticsearch,
  etcd,
  fluentd,
  ghost,
  haproxy,
  memcached,
  mongod,
  mongosh,
  mysqld,
  pingClient,
  postgres,
  rabbitmq,
  rabbitmqTool,
  webService,
  zookeeper,
} from './databases.ts'
import { kiada, kubiaPet, kubiaPetPeers, ssdMonitor } from './books.ts'
import { coredns } from './coredns/coredns.ts'
import { eventSimulator, helloKubernetes, hellok8s, jsonEcho, logAmbassador, miniHttpServer, nodejsHelloWorld, randomGenerator, webappColor } from './courses.ts'
import { webhookCertgen } from './certgen.ts'
import { ofNoCatalogue, phpFpm } from './described.ts'
import { dockerEntrypoint } from './entrypoint.ts'
import { appServer, go, java, node, perl, php, prompt, ruby, unsupported } from './languages.ts'
import { stress, vishStress } from './load.ts'
import { crictl, ctr } from '../node/crictl.ts'
import { iptables, iptablesSave } from '../node/iptables.ts'
import { containerd, journalctl, kubelet, systemctl } from '../node/units.ts'
import { git } from './git.ts'
import { kubeApiServer, kubeControllerManager, kubeProxy, kubeScheduler } from './kubernetes/components.ts'
import { kuard } from './kuard.ts'
import { kubectl } from './kubectl.ts'
import { nginx } from './nginx.ts'
import { podcli, podinfo } from './podinfo.ts'
import { nginxEntrypoint, nginxEntrypointPart } from './nginx-entrypoint.ts'
import { python } from './python.ts'
import { redisCli, redisServer } from './redis.ts'
import { type ProgramEntry, programs } from './resolve.ts'
import {
  batchJob,
  bootcamp,
  demoapp,
  echoserver,
  fortuneLoop,
  goproxy,
  helloApp,
  helloWorld,
  hpaExample,
  httpEcho,
  kubia,
  kubiaUnhealthy,
  liveness,
  nodeHello,
  pauseProgram,
  serveHostname,
  whoamiServer,
} from './samples.ts'
import { wordpress } from './wordpress.ts'
import { mysqlClient, mysqldump, pgDump, psqlClient } from './sql-server.ts'

const MIB = 1024 ** 2

/** Larger programs, with what they occupy when they have started. */
const large: Record<string, [run: Program, memoryMiB: number]> = {
  ash: [shellProgram('ash'), 0.8],
  dash: [shellProgram('dash'), 0.8],
  bash: [shellProgram('bash'), 2],
  scripted: [ofNoCatalogue, 12],
  git: [git, 4],
  pause: [pauseProgram, 0.3],
  'docker-entrypoint': [dockerEntrypoint, 0.8],
  'nginx-entrypoint': [nginxEntrypoint, 0.8],
  'nginx-entrypoint-part': [nginxEntrypointPart, 0.8],
  nginx: [nginx, 3],
  apache: [apache, 9],
  'busybox-httpd': [helped(busyboxHttpd), 0.7],
  'redis-server': [redisServer, 8],
  'redis-cli': [redisCli, 2],
  'redis-benchmark': [unsupported, 2],
  postgres: [postgres, 20],
  psql: [psqlClient, 5],
  pg_dump: [pgDump, 5],
  mysqldump: [mysqldump, 5],
  pg_isready: [
    pingClient(5432, { up: 'HOST:PORT - accepting connections', down: 'HOST:PORT - no response', downCode: 2 }),
    2,
  ],
  mysqld: [mysqld, 60],
  mysql: [mysqlClient, 5],
  mysqladmin: [
    pingClient(3306, {
      up: 'mysqld is alive',
      down: "mysqladmin: connect to server at 'HOST' failed\nerror: 'Can't connect to MySQL server on 'HOST:PORT' (111)'",
      downCode: 1,
    }),
    5,
  ],
  mongod: [mongod, 40],
  mongosh: [mongosh, 40],
  memcached: [memcached, 2],
  cassandra: [cassandra, 300],
  nodetool: [
    pingClient(9042, {
      up: 'UN  127.0.0.1  100 KiB  16  100.0%  rack1',
      down: "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'.",
      downCode: 1,
    }),
    60,
  ],
  'rabbitmq-server': [rabbitmq, 60],
  rabbitmqctl: [rabbitmqTool, 30],
  'zkServer.sh': [zookeeper, 60],
  elasticsearch: [elasticsearch, 600],
  fluentd: [fluentd, 40],
  coredns: [coredns, 8],
  etcd: [etcd, 20],
  'kube-apiserver': [kubeApiServer, 60],
  'kube-controller-manager': [kubeControllerManager, 20],
  'kube-proxy': [kubeProxy, 10],
  'kube-scheduler': [kubeScheduler, 15],
  etcdctl: [
    pingClient(2379, {
      up: '127.0.0.1:2379 is healthy: successfully committed proposal',
      down: 'Error: context deadline exceeded',
      downCode: 1,
    }),
    15,
  ],
  haproxy: [haproxy, 10],
  traefik: [webService('traefik', [80, 8080], 300, 60), 30],
  caddy: [webService('caddy', [80, 443], 100, 25), 20],
  'catalina.sh': [webService('tomcat', [8080], 3000, 200, 143), 100],
  jenkins: [webService('jenkins', [8080, 50000], 15_000, 500, 143), 200],
  registry: [webService('registry', [5000], 100, 15), 15],
  ghost: [ghost, 80],
  influxd: [webService('influxdb', [8086], 1000, 100), 60],
  telegraf: [webService('telegraf', [8125], 300, 60), 40],
  consul: [webService('consul', [8500], 1000, 60), 40],
  vault: [webService('vault', [8200], 500, 80), 60],
  node: [node, 45],
  perl: [perl, 6],
  ruby: [ruby, 30],
  php: [php, 15],
  'php-fpm': [phpFpm, 12],
  java: [java, 120],
  go: [go, 30],
  irb: [prompt, 30],
  jshell: [prompt, 120],
  npm: [appServer, 60],
  gunicorn: [appServer, 40],
  uvicorn: [appServer, 40],
  flask: [appServer, 40],
  python: [python, 10],
  stress: [stress, 1],
  'vish-stress': [vishStress, 4],
  agnhost: [agnhost, 12],
  nonewprivs: [nonewprivs, 2],
  kubia: [kubia, 40],
  'kubia-unhealthy': [kubiaUnhealthy, 40],
  'kubia-pet': [kubiaPet, 40],
  'kubia-pet-peers': [kubiaPetPeers, 40],
  kiada: [kiada, 40],
  kuard: [kuard, 8],
  podinfo: [podinfo, 12],
  wordpress: [wordpress, 40],
  podcli: [podcli, 6],
  kubectl: [kubectl, 20],
  'kube-webhook-certgen': [webhookCertgen, 12],
  kubelet: [kubelet, 20],
  containerd: [containerd, 10],
  crictl: [crictl, 12],
  ctr: [ctr, 12],
  iptables: [iptables, 2],
  'iptables-save': [iptablesSave, 2],
  journalctl: [journalctl, 4],
  systemctl: [systemctl, 4],
  'ssd-monitor': [ssdMonitor, 1],
  'event-simulator': [eventSimulator, 20],
  'hello-kubernetes': [helloKubernetes, 40],
  hellok8s: [hellok8s, 6],
  'http-https-echo': [jsonEcho(8080), 40],
  'echo-server': [jsonEcho(80), 40],
  'log-ambassador': [logAmbassador, 40],
  'mini-http-server': [miniHttpServer, 10],
  'nodejs-hello-world': [nodejsHelloWorld, 40],
  'random-generator': [randomGenerator, 90],
  'webapp-color': [webappColor, 25],
  demoapp: [demoapp, 30],
  'hello-app': [helloApp, 6],
  'node-hello': [nodeHello, 40],
  'kubernetes-bootcamp': [bootcamp, 40],
  goproxy: [goproxy, 5],
  'whoami-server': [whoamiServer, 6],
  'hpa-example': [hpaExample, 12],
  echoserver: [echoserver, 10],
  'serve-hostname': [serveHostname, 6],
  liveness: [liveness, 6],
  'http-echo': [httpEcho, 6],
  'hello-world': [helloWorld, 1],
  'batch-job': [batchJob, 1],
  fortuneloop: [fortuneLoop, 1],
}

/** Other names of the same. */
const aliases: Record<string, string> = {
  python3: 'python',
  'stress-ng': 'stress',
  httpd: 'apache',
  // A pager that nobody turns the pages of prints them all.
  less: 'cat',
  more: 'cat',
}

const notSimulated = [
  'busybox',
  'chroot',
  'crond',
  'factor',
  'getopt',
  'mknod',
  'nano',
  'tcpdump',
  'traceroute',
  'unzip',
  'vi',
  'vim',
  'adduser',
  'useradd',
  'groupadd',
  'dpkg',
  'numfmt',
  'tset',
]

/** Asked for help alone, a tool does nothing else. */
function helped(run: Program): Program {
  return function* (p) {
    if (p.argv.length !== 2 || p.argv[1] !== '--help') return yield* run(p)
    const name = p.argv[0]!.split('/').at(-1)!
    if (usesBusybox(p)) yield* print(p, `BusyBox v1.37.0 multi-call binary.\n\nUsage: ${name}\n`, 2)
    else yield* print(p, `Usage: ${name} [OPTION]...\n`)
    return 0
  }
}

const byName = new Map<string, ProgramEntry>()
for (const name of notSimulated) byName.set(name, { run: unsupported })
for (const [name, run] of Object.entries(tools)) byName.set(name, { run: helped(run) })
for (const [name, [run, memoryMiB]] of Object.entries(large)) byName.set(name, { run, memoryBytes: memoryMiB * MIB })
for (const [name, other] of Object.entries(aliases)) if (byName.has(other)) byName.set(name, byName.get(other)!)
byName.set('busybox', { run: busybox })

/** `busybox wget ...`: the applet by its first argument. */
function* busybox(p: Process): Run<number> {
  if (p.argv.length > 1 && byName.has(p.argv[1]!)) return yield* runInstead(p, p.argv.slice(1))
  yield* complain(p, p.argv.length > 1 ? `${p.argv[1]}: applet not found` : 'BusyBox v1.36.1 multi-call binary.')
  return p.argv.length > 1 ? 127 : 0
}

programs.bring((name) => byName.get(name))
