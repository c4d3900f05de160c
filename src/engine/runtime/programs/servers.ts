import type { Process } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'

/** What a server's image is like to whoever only deploys it: where it listens, what it says when it starts, and what it will not start without. */
export interface ServerDescription {
  /** Repositories. */
  images: readonly string[]
  ports: readonly number[]
  startMs: number
  memoryMiB: number
  says: (p: Process, ports: readonly number[]) => string[]
  /** Why it does not start; nothing when it does. */
  refuses?: (p: Process) => { says: string; code: number } | undefined
  exitCode?: number
  /** What it has written when it has started, by path: what people look for in it. */
  writes?: Readonly<Record<string, string>>
}

const iso = (p: Process): string => formatTime('%FT%T.000Z', p.machine.now())
const has = (p: Process, name: string): boolean => (p.env.get(name) ?? '') !== ''
const options = (p: Process): readonly string[] => p.argv.slice(1)
const option = (p: Process, name: string): string | undefined => {
  const at = p.argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  return at < 0 ? undefined : p.argv[at]!.includes('=') ? p.argv[at]!.slice(name.length + 1) : p.argv[at + 1]
}

/** Refuses unless one of them is set. */
const needs = (names: readonly string[], says: string, code = 1) => (p: Process) => (names.some((name) => has(p, name)) ? undefined : { says, code })

/** confluentinc/cp-*: `dub ensure`, and the variables that a Service of the same name brings into the pod. */
const confluent = (name: string, ...ensured: string[]) => (p: Process) => {
  const upper = name.toUpperCase()
  if (name === 'kafka' && has(p, 'KAFKA_PORT')) return { says: '===> User\nuid=1000(appuser) gid=1000(appuser) groups=1000(appuser)\n===> Configuring ...\nport is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.', code: 1 }
  const missing = ensured.map((variable) => `${upper}_${variable}`).find((variable) => !has(p, variable))
  return missing === undefined ? undefined : { says: `===> User\nuid=1000(appuser) gid=1000(appuser) groups=1000(appuser)\n===> Configuring ...\n${missing} is required.\nCommand [/usr/local/bin/dub ensure ${missing}] FAILED !`, code: 1 }
}

const prometheusLine = (p: Process, msg: string, more = ''): string => `ts=${iso(p)} caller=main.go:1 level=info msg="${msg}"${more}`

/** Images that are known from outside only: what else they hold is imagined (imagined.ts). */
export const servers: Readonly<Record<string, ServerDescription>> = {
  minio: {
    images: ['docker.io/minio/minio', 'quay.io/minio/minio'],
    ports: [9000],
    startMs: 1000,
    memoryMiB: 90,
    refuses: (p) => (options(p).includes('server') ? undefined : { says: 'NAME:\n  minio - High Performance Object Storage\n\nUSAGE:\n  minio [FLAGS] COMMAND [ARGS...]\n\nCOMMANDS:\n  server  start object storage server', code: 0 }),
    says: (p) => [
      ...(has(p, 'MINIO_ACCESS_KEY') || has(p, 'MINIO_SECRET_KEY') ? ['WARNING: MINIO_ACCESS_KEY and MINIO_SECRET_KEY are deprecated.\n         Please use MINIO_ROOT_USER and MINIO_ROOT_PASSWORD'] : []),
      'MinIO Object Storage Server\nCopyright: 2015-2025 MinIO, Inc.\nLicense: GNU AGPLv3 - https://www.gnu.org/licenses/agpl-3.0.html',
      `\nAPI: http://${p.machine.config.ip()}:9000  http://127.0.0.1:9000 \nWebUI: http://${p.machine.config.ip()}:${/\d+$/.exec(option(p, '--console-address') ?? '')?.[0] ?? '9001'} \n\nDocs: https://docs.min.io`,
    ],
  },
  keycloak: {
    images: ['quay.io/keycloak/keycloak'],
    ports: [8080],
    startMs: 12_000,
    memoryMiB: 450,
    exitCode: 143,
    refuses: (p) => {
      if (!options(p).some((arg) => arg === 'start' || arg === 'start-dev')) return { says: 'Keycloak - Open Source Identity and Access Management\n\nFind more information at: https://www.keycloak.org/docs/latest\n\nUsage:\n\nkc.sh [OPTIONS] [COMMAND]', code: 2 }
      const isStrict = options(p).includes('start') && !has(p, 'KC_HOSTNAME') && p.env.get('KC_HOSTNAME_STRICT') !== 'false' && !options(p).some((arg) => /^--hostname(-strict=false|=|$)/.test(arg))
      return isStrict ? { says: 'ERROR: Failed to start server in (production) mode\nERROR: hostname is not configured; either configure hostname, or set hostname-strict to false', code: 1 } : undefined
    },
    says: (p) => [
      'Updating the configuration and installing your custom providers, if any. Please wait.',
      `${formatTime('%F %T', p.machine.now())},000 INFO  [io.quarkus] (main) Keycloak on JVM (powered by Quarkus) started. Listening on: http://0.0.0.0:8080`,
      ...(options(p).includes('start-dev') ? [`${formatTime('%F %T', p.machine.now())},000 WARN  [org.keycloak.quarkus.runtime.KeycloakMain] (main) Running the server in development mode. DO NOT use this configuration in production.`] : []),
    ],
  },
  'cp-zookeeper': {
    images: ['docker.io/confluentinc/cp-zookeeper'], ports: [2181], startMs: 3000, memoryMiB: 120, exitCode: 143, refuses: confluent('zookeeper', 'CLIENT_PORT'), says: (p) => ['===> User\nuid=1000(appuser) gid=1000(appuser) groups=1000(appuser)\n===> Configuring ...', '===> Launching zookeeper ...', `[${formatTime('%F %T', p.machine.now())},000] INFO binding to port 0.0.0.0/0.0.0.0:2181 (org.apache.zookeeper.server.NIOServerCnxnFactory)`] },
  'cp-kafka': {
    images: ['docker.io/confluentinc/cp-kafka'],
    ports: [9092],
    startMs: 6000,
    memoryMiB: 400,
    exitCode: 143,
    refuses: (p) => confluent('kafka', ...(has(p, 'KAFKA_PROCESS_ROLES') ? ['NODE_ID', 'CONTROLLER_QUORUM_VOTERS'] : ['ZOOKEEPER_CONNECT', 'ADVERTISED_LISTENERS']))(p),
    says: (p) => ['===> User\nuid=1000(appuser) gid=1000(appuser) groups=1000(appuser)\n===> Configuring ...', '===> Launching kafka ...', `[${formatTime('%F %T', p.machine.now())},000] INFO [KafkaServer id=${p.env.get('KAFKA_BROKER_ID') ?? p.env.get('KAFKA_NODE_ID') ?? 1}] started (kafka.server.KafkaServer)`],
  },
  prometheus: {
    images: ['docker.io/prom/prometheus'],
    ports: [9090],
    startMs: 1000,
    memoryMiB: 40,
    refuses: (p) => {
      const path = option(p, '--config.file') ?? '/etc/prometheus/prometheus.yml'
      return p.machine.files.readText(path) === undefined ? { says: `ts=${iso(p)} caller=main.go:537 level=error msg="Error loading config (--config.file=${path})" file=${path} err="open ${path}: no such file or directory"`, code: 2 } : undefined
    },
    says: (p, ports) => [
      prometheusLine(p, 'Starting Prometheus Server', ' mode=server'),
      prometheusLine(p, 'Start listening for connections', ` component=web address=0.0.0.0:${ports[0]}`),
      prometheusLine(p, 'Completed loading of configuration file', ` filename=${option(p, '--config.file') ?? '/etc/prometheus/prometheus.yml'}`),
      prometheusLine(p, 'Server is ready to receive web requests.'),
    ],
  },
  grafana: {
    images: ['docker.io/grafana/grafana', 'docker.io/grafana/grafana-oss'],
    ports: [3000],
    startMs: 4000,
    memoryMiB: 80,
    says: (p) => ['logger=settings', 'logger=sqlstore', 'logger=http.server'].map((logger, i) => `${logger} t=${iso(p)} level=info msg="${['Starting Grafana', 'Connecting to DB', 'HTTP Server Listen'][i]}"${i === 2 ? ' address=[::]:3000 protocol=http subUrl= socket=' : ''}`),
  },
  'node-exporter': {
    images: ['docker.io/prom/node-exporter'], ports: [9100], startMs: 50, memoryMiB: 12, exitCode: 143, says: (p, ports) => [prometheusLine(p, 'Starting node_exporter'), prometheusLine(p, 'Listening on', ` address=[::]:${ports[0]}`)] },
  alertmanager: {
    images: ['docker.io/prom/alertmanager'], ports: [9093], startMs: 100, memoryMiB: 20, says: (p, ports) => [prometheusLine(p, 'Starting Alertmanager'), prometheusLine(p, 'Listening on', ` address=[::]:${ports[0]}`)] },
  pushgateway: {
    images: ['docker.io/prom/pushgateway'], ports: [9091], startMs: 50, memoryMiB: 12, says: (p, ports) => [prometheusLine(p, 'starting pushgateway'), prometheusLine(p, 'Listening on', ` address=[::]:${ports[0]}`)] },
  'blackbox-exporter': {
    images: ['docker.io/prom/blackbox-exporter'], ports: [9115], startMs: 50, memoryMiB: 12, says: (p, ports) => [prometheusLine(p, 'Starting blackbox_exporter'), prometheusLine(p, 'Listening on', ` address=[::]:${ports[0]}`)] },
  'kube-state-metrics': {
    images: ['registry.k8s.io/kube-state-metrics/kube-state-metrics', 'quay.io/coreos/kube-state-metrics'], ports: [8080, 8081], startMs: 500, memoryMiB: 20, says: () => ['Starting kube-state-metrics', 'Used default resources', 'Started metrics server at [::]:8080'] },
  kibana: {
    images: ['docker.io/library/kibana'], ports: [5601], startMs: 15_000, memoryMiB: 500, says: (p) => [`{"type":"log","@timestamp":"${iso(p)}","tags":["info","plugins-service"],"pid":6,"message":"Plugins are set up"}`, `{"type":"log","@timestamp":"${iso(p)}","tags":["info","http","server","Kibana"],"pid":6,"message":"http server running at http://0:5601"}`] },
  logstash: {
    images: ['docker.io/library/logstash'], ports: [9600], startMs: 15_000, memoryMiB: 700, says: (p) => [`Using bundled JDK: /usr/share/logstash/jdk`, `[${formatTime('%FT%T', p.machine.now())},000][INFO ][logstash.agent           ] Successfully started Logstash API endpoint {:port=>9600, :ssl_enabled=>false}`] },
  'jaeger-all-in-one': {
    images: ['docker.io/jaegertracing/all-in-one'], ports: [16686, 14268, 14250, 4317, 4318, 9411], startMs: 500, memoryMiB: 30, says: (p) => [`{"level":"info","ts":${p.machine.now() / 1000},"caller":"server/server.go:1","msg":"Starting HTTP server","port":16686}`] },
  adminer: {
    images: ['docker.io/library/adminer'], ports: [8080], startMs: 100, memoryMiB: 15, says: (p) => [`[${formatTime('%a %b %e %T %Y', p.machine.now())}] PHP 8.4.14 Development Server (http://[::]:8080) started`] },
  'apache-php': {
    images: ['docker.io/library/phpmyadmin', 'docker.io/phpmyadmin/phpmyadmin', 'docker.io/library/drupal'], ports: [80], startMs: 300, memoryMiB: 30, says: (p) => [`AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${p.machine.config.ip()}. Set the 'ServerName' directive globally to suppress this message`, `[${formatTime('%a %b %d %T.000000 %Y', p.machine.now())}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'apache2 -D FOREGROUND'`] },
  pgadmin: {
    images: ['docker.io/dpage/pgadmin4'],
    ports: [80], startMs: 8000, memoryMiB: 200, says: (p) => [`[${formatTime('%F %T', p.machine.now())} +0000] [1] [INFO] Starting gunicorn 23.0.0`, `[${formatTime('%F %T', p.machine.now())} +0000] [1] [INFO] Listening at: http://[::]:80 (1)`],
    refuses: (p) => (has(p, 'PGADMIN_DEFAULT_EMAIL') && (has(p, 'PGADMIN_DEFAULT_PASSWORD') || has(p, 'PGADMIN_DEFAULT_PASSWORD_FILE')) ? undefined : { says: 'You need to define the PGADMIN_DEFAULT_EMAIL and PGADMIN_DEFAULT_PASSWORD or PGADMIN_DEFAULT_PASSWORD_FILE environment variables.', code: 1 }),
  },
  'sql-server': {
    images: ['mcr.microsoft.com/mssql/server'],
    ports: [1433], startMs: 9000, memoryMiB: 800,
    refuses: (p) => {
      if (!/^y(es)?$/i.test(p.env.get('ACCEPT_EULA') ?? '')) return { says: 'The SQL Server End-User License Agreement (EULA) must be accepted before SQL\nServer can start. The license terms for this product can be downloaded from\nhttp://go.microsoft.com/fwlink/?LinkId=746388.\n\nYou can accept the EULA by specifying the --accept-eula command line option,\nsetting the ACCEPT_EULA environment variable, or using the mssql-conf tool.', code: 1 }
      const password = p.env.get('MSSQL_SA_PASSWORD') ?? p.env.get('SA_PASSWORD') ?? ''
      const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(password)).length
      return password.length >= 8 && kinds >= 3 ? undefined : { says: 'SQL Server 2022 will run as non-root by default.\nThis container is running as user mssql.\nERROR: Unable to set system administrator password: Password validation failed. The password does not meet SQL Server password policy requirements because it is not complex enough. The password must be at least 8 characters long and contain characters from three of the following four sets: Uppercase letters, Lowercase letters, Base 10 digits, and Symbols..', code: 1 }
    },
    says: (p) => ['SQL Server 2022 will run as non-root by default.\nThis container is running as user mssql.', `${formatTime('%F %T', p.machine.now())}.00 Server      Microsoft SQL Server 2022 (RTM-CU21) - 16.0.4215.2 (X64)`, `${formatTime('%F %T', p.machine.now())}.00 spid24s     SQL Server is now ready for client connections. This is an informational message; no user action is required.`],
  },
  couchdb: {
    images: ['docker.io/library/couchdb'], ports: [5984, 4369, 9100], startMs: 2000, memoryMiB: 60, refuses: needs(['COUCHDB_USER'], '*************************************************************\nERROR: CouchDB 3.0+ will no longer run in "Admin Party"\n       mode. You *MUST* specify an admin user and\n       password, either via your own .ini file mapped\n       into the container at /opt/couchdb/etc/local.ini\n       or inside /opt/couchdb/etc/local.d, or with\n       "-e COUCHDB_USER=admin -e COUCHDB_PASSWORD=password"\n       to set it via "docker run".\n*************************************************************'), says: (p) => [`[info] ${iso(p)} nonode@nohost <0.9.0> -------- Application couch_log started on node nonode@nohost`, `[notice] ${iso(p)} nonode@nohost <0.254.0> -------- Apache CouchDB has started on http://any:5984/`] },
  neo4j: {
    // The variables of a Service of this name are taken for settings.
    refuses: (p) => (has(p, 'NEO4J_PORT') ? { says: "Failed to read config: Unrecognized setting. No declared setting with name: PORT. Cleanup the config or disable 'server.config.strict_validation.enabled' to continue.", code: 1 } : undefined),
    images: ['docker.io/library/neo4j'], ports: [7474, 7687], startMs: 8000, memoryMiB: 500, says: (p) => [`${formatTime('%F %T', p.machine.now())}.000+0000 INFO  Starting...`, `${formatTime('%F %T', p.machine.now())}.000+0000 INFO  Bolt enabled on 0.0.0.0:7687.`, `${formatTime('%F %T', p.machine.now())}.000+0000 INFO  Started.`] },
  solr: {
    images: ['docker.io/library/solr'], ports: [8983], startMs: 5000, memoryMiB: 300, says: () => ['Starting Solr', 'Started Solr server on port 8983. Happy searching!'] },
  nats: {
    images: ['docker.io/library/nats'], ports: [4222, 8222, 6222], startMs: 30, memoryMiB: 12, says: (p) => ['Starting nats-server', 'Listening for client connections on 0.0.0.0:4222', 'Server is ready'].map((text) => `[1] ${formatTime('%Y/%m/%d %T.000000', p.machine.now())} [INF] ${text}`) },
  mosquitto: {
    images: ['docker.io/library/eclipse-mosquitto'], ports: [1883], startMs: 30, memoryMiB: 5, says: (p) => [`${Math.floor(p.machine.now() / 1000)}: mosquitto version 2.0.22 starting`, `${Math.floor(p.machine.now() / 1000)}: Opening ipv4 listen socket on port 1883.`, `${Math.floor(p.machine.now() / 1000)}: mosquitto version 2.0.22 running`] },
  sonarqube: {
    images: ['docker.io/library/sonarqube'], ports: [9000], startMs: 40_000, memoryMiB: 1500, exitCode: 143, says: (p) => ['SonarQube is starting', 'Process[es] is up', 'Process[web] is up', 'SonarQube is operational'].map((text) => `${formatTime('%Y.%m.%d %T', p.machine.now())} INFO  app[][o.s.a.SchedulerImpl] ${text}`) },
  nexus: {
    images: ['docker.io/sonatype/nexus3'], ports: [8081], startMs: 60_000, memoryMiB: 1500, exitCode: 143, writes: { '/nexus-data/admin.password': '7f2c4a10-3b5e-4c8d-9a61-0e5d2f7b8c93' }, says: () => ['-------------------------------------------------\n\nStarted Sonatype Nexus\n\n-------------------------------------------------'] },
  jenkins: {
    images: ['docker.io/jenkins/jenkins', 'docker.io/jenkinsci/blueocean'], ports: [8080, 50_000], startMs: 20_000, memoryMiB: 500, exitCode: 143, writes: { '/var/jenkins_home/secrets/initialAdminPassword': '5f0c3b9e1d7a4c26b8e9f2a1c4d6e8f0\n' }, says: () => ['Running from: /usr/share/jenkins/jenkins.war', 'Jenkins initial setup is required. An admin user has been created and a password generated.\nPlease use the following password to proceed to installation:\n\n5f0c3b9e1d7a4c26b8e9f2a1c4d6e8f0\n\nThis may also be found at: /var/jenkins_home/secrets/initialAdminPassword', 'INFO\thudson.lifecycle.Lifecycle#onReady: Jenkins is fully up and running'] },
  'kubernetes-dashboard': {
    images: ['docker.io/kubernetesui/dashboard', 'registry.k8s.io/kubernetes-dashboard-amd64'], ports: [8443], startMs: 500, memoryMiB: 30, exitCode: 2, says: (p) => ['Starting overwatch', 'Using in-cluster config to connect to apiserver', 'Successful initial request to the apiserver, version: v1.34.0', 'Auto-generating certificates', 'Successfully created certificates', 'Serving securely on HTTPS port: 8443'].map((text) => `${formatTime('%Y/%m/%d %T', p.machine.now())} ${text}`) },
  'metrics-scraper': {
    images: ['docker.io/kubernetesui/metrics-scraper'], ports: [8000], startMs: 300, memoryMiB: 15, exitCode: 2, says: (p) => [`{"level":"info","msg":"Kubernetes host: https://${p.env.get('KUBERNETES_SERVICE_HOST') ?? ''}:443","time":"${iso(p)}"}`, `{"level":"info","msg":"Namespace(s): []","time":"${iso(p)}"}`] },
  gitea: {
    images: ['docker.io/gitea/gitea'], ports: [3000, 22], startMs: 2500, memoryMiB: 120, says: (p) => ['Starting Gitea on PID: 17 (gitea web)', 'Listen: http://0.0.0.0:3000', 'Starting new Web server: tcp:0.0.0.0:3000 on PID: 17'].map((text) => `${formatTime('%Y/%m/%d %T', p.machine.now())} cmd/web.go:1:runWeb() [I] ${text}`) },
}
