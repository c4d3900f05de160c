import type { Program } from '../process/process.ts'
import { rareTools } from '../tools/rare.ts'
import { agnhost, nonewprivs } from './agnhost.ts'
import { apache, busyboxHttpd } from './apache.ts'
import { cqlsh, nodetool } from './cassandra/clients.ts'
import { cassandra } from './cassandra/server.ts'
import { ghost, memcached, mysqld, pingClient, postgres, webService } from './databases.ts'
import { coredns } from './coredns/coredns.ts'
import { databaseWebApp, eventSimulator, helloKubernetes, hellok8s, jsonEcho, logAmbassador, miniHttpServer, nodejsHelloWorld, randomGenerator, webappColor } from './courses.ts'
import { draExampleKubeletPlugin } from './dra-example.ts'
import { etcd } from './etcd/server.ts'
import { etcdctl } from './etcd/etcdctl.ts'
import { webhookCertgen } from './certgen.ts'
import { ofNoCatalogue } from './described.ts'
import { phpFpm } from './php-fpm.ts'
import { appServer, go, java, perl, php, prompt, ruby } from './languages.ts'
import { mongod } from './mongo/server.ts'
import { mongoimport, quizApi } from './mongo/clients.ts'
import { mongoExpress } from './mongo/express.ts'
import { mongoSidecar } from './mongo/sidecar.ts'
import { mongosh } from './mongo/shell.ts'
import { node } from './node.ts'
import { training } from './training.ts'
import { npm } from './npm.ts'
import { stress, vishStress } from './load.ts'
import { crictl, ctr } from '../node/crictl.ts'
import { iptables, iptablesSave } from '../node/iptables.ts'
import { journalctl } from '../node/journalctl.ts'
import { apt } from '../node/packages.ts'
import { nodeTool } from '../node/tools.ts'
import { kubeadm } from './kubeadm/kubeadm.ts'
import { scp, ssh } from '../node/ssh.ts'
import { sudo } from '../node/sudo.ts'
import { containerd, kubelet, switchOff, systemctl } from '../node/units.ts'
import { git } from './git.ts'
import { gitSync } from './git-sync.ts'
import { kubeApiServer, kubeControllerManager, kubeProxy, kubeScheduler } from './kubernetes/components.ts'
import { kuard } from './kuard.ts'
import { kubectl } from './kubectl.ts'
import { ingressNginx, waitShutdown } from './ingress-nginx.ts'
import { f5Ingress, traefik } from './ingress-others.ts'
import { argocd } from './argocd.ts'
import { rabbitmq, rabbitmqPlugins, rabbitmqTool } from './rabbitmq.ts'
import { certManager } from './cert-manager.ts'
import { metallbController, metallbSpeaker } from './metallb.ts'
import { metricsServer } from './metrics-server.ts'
import { podcli, podinfo } from './podinfo.ts'
import { python } from './python.ts'
import { redisCli } from './redis/client.ts'
import { redisServer } from './redis/server.ts'
import { batchJob, bootcamp, demoapp, echoBasic, echoserver, fortune, fortuneLoop, goproxy, helloApp, helloGo, helloWorld, hpaExample, httpEcho, kubia, kubiaUnhealthy, liveness, nodeHello, pauseProgram, serveHostname, whoamiServer } from './samples.ts'
import { zkCli } from './zookeeper/client.ts'
import { zookeeper } from './zookeeper/server.ts'
import { clusterProportionalAutoscaler } from './cluster-proportional-autoscaler.ts'
import { caddy } from './caddy/caddy.ts'
import { fluentBit } from './fluent-bit.ts'
import { fluentd } from './fluentd/fluentd.ts'
import { envoyGatewayProgram, nginxGateway } from './gateway/controller.ts'
import { gatewayEnvoy, gatewayNginx } from './gateway/proxy.ts'
import { haproxy } from './haproxy/haproxy.ts'
import { socat } from './socat.ts'
import { wordpress } from './wordpress.ts'
import { unsupported } from './unsupported.ts'
import { xbstream, xtrabackup } from './mysql/xtrabackup.ts'
import { mysqlClient, mysqldump, pgDump, psqlClient } from './sql-server.ts'
import { bitnami } from './bitnami.ts'
import { details, productpage, ratings, reviews } from './bookinfo.ts'
import { kubiaPet, kubiaPetPeers, ssdMonitor } from './books.ts'
import { elasticsearch } from './elasticsearch.ts'
import { consul, vault } from './hashicorp.ts'
import { envoy } from './envoy.ts'
import { guestbook } from './guestbook.ts'
import { guestbookGo } from './guestbook-go.ts'
import { goHttpbin, httpbin } from './httpbin.ts'
import { kiada, nodeAgent, quoteWriter } from './kiada.ts'
import { kiamolPi, memoryAllocator, numbersApi, numbersWeb, simpleProxy, timecheck } from './kiamol.ts'
import { azureVote, result, vote, worker } from './voting.ts'
import { helped } from './helped.ts'
import { visualEditor } from './visual-editor.ts'
import { whereami } from './whereami.ts'
import type { RareProgram } from './rare-names.ts'
import { rarePrograms } from './resolve.ts'

const larger: Record<RareProgram, Program> = {
  pause: pauseProgram,
  scripted: ofNoCatalogue,
  git: (p) => (p.argv[0]!.endsWith('git-sync') ? gitSync(p) : git(p)),
  vi: visualEditor,
  apache,
  'busybox-httpd': helped(busyboxHttpd),
  'redis-server': redisServer,
  'redis-cli': redisCli,
  'redis-benchmark': unsupported,
  postgres,
  psql: psqlClient,
  pg_dump: pgDump,
  mysqldump,
  pg_isready: pingClient(5432, { up: 'HOST:PORT - accepting connections', down: 'HOST:PORT - no response', downCode: 2 }),
  mysqld,
  mysql: mysqlClient,
  mysqladmin: pingClient(3306, {
    up: (p) => (p.argv.includes('status') ? `Uptime: ${Math.floor((p.machine.now() - p.machine.startedAt) / 1000)}  Threads: 2  Questions: 10  Slow queries: 0  Opens: 130  Flush tables: 3  Open tables: 46  Queries per second avg: 0.120` : 'mysqld is alive'),
    down: "mysqladmin: connect to server at 'HOST' failed\nerror: 'Can't connect to MySQL server on 'HOST:PORT' (111)'",
    downCode: 1,
  }),
  xtrabackup,
  xbstream,
  mongod,
  mongosh,
  'mongo-express': (p) => (p.argv[0]!.endsWith('sidecar') ? mongoSidecar(p) : mongoExpress(p)),
  memcached,
  cassandra,
  nodetool,
  cqlsh,
  'rabbitmq-server': rabbitmq,
  rabbitmqctl: rabbitmqTool,
  'rabbitmq-plugins': rabbitmqPlugins,
  'zkServer.sh': zookeeper,
  'zkCli.sh': zkCli,
  elasticsearch,
  fluentd,
  coredns,
  etcd,
  'kube-apiserver': kubeApiServer,
  'kube-controller-manager': kubeControllerManager,
  'kube-proxy': kubeProxy,
  'kube-scheduler': kubeScheduler,
  etcdctl,
  haproxy,
  socat,
  traefik,
  caddy,
  'cluster-proportional-autoscaler': clusterProportionalAutoscaler,
  'fluent-bit': fluentBit,
  'catalina.sh': webService('tomcat', [8080], 3000, 200, 143),
  jenkins: webService('jenkins', [8080, 50000], 15_000, 500, 143),
  registry: webService('registry', [5000], 100, 15),
  ghost,
  influxd: webService('influxdb', [8086], 1000, 100),
  telegraf: webService('telegraf', [8125], 300, 60),
  consul,
  vault,
  node,
  perl,
  ruby,
  php,
  'php-fpm': phpFpm,
  java,
  go,
  irb: prompt,
  jshell: prompt,
  npm,
  gunicorn: appServer,
  uvicorn: appServer,
  flask: appServer,
  python,
  stress,
  'vish-stress': vishStress,
  agnhost,
  nonewprivs,
  kubia,
  'kubia-unhealthy': kubiaUnhealthy,
  'kubia-pet': kubiaPet,
  'kubia-pet-peers': kubiaPetPeers,
  kiada,
  'quote-writer': quoteWriter,
  'node-agent': nodeAgent,
  envoy: (p) => (p.argv.some((word) => word.startsWith('--config-yaml')) ? gatewayEnvoy(p) : envoy(p)),
  gateway: (p) => (p.argv[0]!.endsWith('envoy-gateway') ? envoyGatewayProgram(p) : p.argv[0]!.endsWith('.sh') ? gatewayNginx(p) : nginxGateway(p)),
  bitnami,
  guestbook: (p) => (p.argv[0]!.includes('apache') ? guestbook(p) : guestbookGo(p)),
  fortune,
  'quiz-api': quizApi,
  mongoimport,
  httpbin,
  'go-httpbin': goHttpbin,
  'bookinfo-details': details,
  'bookinfo-productpage': productpage,
  'bookinfo-ratings': ratings,
  'bookinfo-reviews': reviews,
  'voting-vote': vote,
  'voting-result': result,
  'voting-worker': worker,
  'azure-vote': azureVote,
  'kiamol-numbers-api': numbersApi,
  'kiamol-numbers-web': numbersWeb,
  'kiamol-proxy': simpleProxy,
  'kiamol-pi': kiamolPi,
  'kiamol-timecheck': timecheck,
  'memory-allocator': memoryAllocator,
  kuard,
  podinfo,
  wordpress,
  podcli,
  kubectl,
  'dra-example-kubeletplugin': draExampleKubeletPlugin,
  'metrics-server': metricsServer,
  argocd,
  'cert-manager': certManager,
  'metallb-controller': metallbController,
  'metallb-speaker': metallbSpeaker,
  'nginx-ingress-controller': ingressNginx,
  'f5-ingress': f5Ingress,
  'wait-shutdown': waitShutdown,
  'kube-webhook-certgen': webhookCertgen,
  kubelet,
  containerd,
  crictl,
  ctr,
  iptables,
  'iptables-save': iptablesSave,
  journalctl,
  systemctl,
  ssh,
  scp,
  sudo,
  reboot: switchOff,
  kubeadm,
  'node-apt': apt,
  'node-tool': nodeTool,
  'ssd-monitor': ssdMonitor,
  'event-simulator': eventSimulator,
  'hello-kubernetes': helloKubernetes,
  hellok8s,
  'http-https-echo': jsonEcho(8080),
  'echo-server': (p) => (training[p.machine.config.image.repository.replace(/^docker\.io\//, '')] ?? jsonEcho(80))(p),
  'log-ambassador': logAmbassador,
  'mini-http-server': miniHttpServer,
  'nodejs-hello-world': (p) => (p.machine.config.image.repository.endsWith('/web-app') ? databaseWebApp(p) : nodejsHelloWorld(p)),
  'random-generator': randomGenerator,
  'webapp-color': webappColor,
  demoapp,
  'hello-app': helloApp,
  'hello-go': helloGo,
  'node-hello': nodeHello,
  'kubernetes-bootcamp': bootcamp,
  goproxy,
  'whoami-server': whoamiServer,
  'hpa-example': hpaExample,
  echoserver,
  'echo-basic': echoBasic,
  'serve-hostname': serveHostname,
  liveness,
  'http-echo': httpEcho,
  'hello-world': helloWorld,
  'batch-job': batchJob,
  whereami,
  fortuneloop: fortuneLoop,
}

rarePrograms.bring({ ...larger, ...rareTools })
