import type { CatalogueEntry } from './entry.ts'
import { nginxImage, nginxRoot } from './nginx-files.ts'
import { anyVersion as any } from './tags.ts'

/** What the large images of node have beyond Debian. */
const nodeTools = Object.fromEntries(['curl', 'wget', 'ps', 'top', 'pgrep', 'pkill', 'free', 'git', 'python3'].map((tool) => [`/usr/bin/${tool}`, tool]))

/** An app.js on top of the large image of node, as the examples of Kubernetes in Action have it. */
function nodeApp(program: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    tags: any,
    megabytes: 264,
    userland: 'debian',
    entrypoint: ['node', 'app.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': program, ...nodeTools },
    ...more,
  }
}

/** The image of the interactive tutorials, under either of its names. */
const bootcamp: CatalogueEntry = {
  tags: { from: '1', to: '2', v: true },
  megabytes: 80,
  userland: 'full',
  cmd: ['/bin/sh', '-c', 'node server.js'],
  env: { NPM_CONFIG_LOGLEVEL: 'info', NODE_VERSION: '6.3.1' },
  ports: [8080],
  programs: { '/usr/local/bin/node': 'kubernetes-bootcamp' },
  files: { '/server.js': "var http = require('http');\nvar os = require('os');\n\nhttp.createServer(function (request, response) {\n  response.end('Hello Kubernetes bootcamp! | Running on: ' + os.hostname() + ' | v=1\\n');\n}).listen(8080);\n" },
}

/** A page that says which version it is, and one that says whose it is. */
const myapp = nginxImage({
  tags: { from: '1', to: '7', v: true },
  megabytes: 6.2,
  userland: 'alpine',
  filesOfTag: (tag) => ({
    '/usr/share/nginx/html/index.html': `Hello MyApp | Version: ${tag === 'latest' ? 'v1' : tag.replace(/\.0$/, '')} | <a href="hostname.html">Pod Name</a>\n`,
    '/etc/nginx/conf.d/default.conf': 'server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n    location = /hostname.html {\n        alias /etc/hostname;\n    }\n}\n',
  }),
})

/** A server of its own on a port. */
const server = (path: string, program: string, ports: number[], more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({ tags: any, megabytes: 60, userland: 'alpine', cmd: [path], ports, programs: { [path]: program }, ...more })

const whereami = server('/app/app.py', 'whereami', [8080], { megabytes: 60, userland: 'debian', entrypoint: ['python', '/app/app.py'], cmd: [], workingDir: '/app', programs: { '/usr/local/bin/python': 'whereami' } })

const hellok8s = server('/main', 'hellok8s', [3000], { userland: 'none', megabytes: 10, tags: { from: '1', to: '9', v: true, words: ['latest', 'liveness', 'readiness', 'bad', 'v3_hostname', 'v4_configmap', 'v4_secret'] } })

/** The guestbook's: the variable of its pod says whether the leader is known by its name or by its Service's variables. */
const redisFollower = (byVariables: string, byName: string): CatalogueEntry => ({
  tags: any,
  megabytes: 40,
  userland: 'debian',
  cmd: ['/bin/sh', '-c', '/run.sh'],
  workingDir: '/data',
  ports: [6379],
  programs: { '/usr/local/bin/redis-server': 'redis-server', '/usr/local/bin/redis-cli': 'redis-cli' },
  files: { '/run.sh': `#!/bin/bash\nif [[ \${GET_HOSTS_FROM:-dns} == "env" ]]; then\n  exec redis-server ${byVariables} 6379\nelse\n  exec redis-server ${byName} 6379\nfi\n` },
})

const guestbookGo = server('/app/guestbook', 'guestbook', [3000], { megabytes: 15, userland: 'none' })

/** Those of programs/training.ts, and where they listen. */
const trainingPorts = {
  'kicbase/echo-server': 8080, 'jmalloc/echo-server': 8080, 'jpetazzo/color': 80, 'jpetazzo/httpenv': 8888, 'argoproj/rollouts-demo': 8080, 'nigelpoulton/k8sbook': 8080, 'nigelpoulton/getting-started-k8s': 8080,
  'containersol/k8s-deployment-strategies': 8080, 'jwilder/whoami': 8000, 'cloudnativelabs/whats-my-ip': 8080, 'training/webapp': 5000, 'dockercoins/rng': 80, 'dockercoins/hasher': 80, 'dockercoins/webui': 80, 'dockercoins/worker': 0,
}

const colours = ['blue', 'green', 'yellow', 'orange', 'purple', 'red']

/** What books, courses and tutorials bring along. */
export const taught: Record<string, CatalogueEntry> = {
  'docker.io/guangzhengli/hellok8s': hellok8s,
  'docker.io/leigg/hellok8s': hellok8s,
  'docker.io/wangyanglinux/myapp': myapp,
  'docker.io/k8spatterns/random-generator': server('/usr/bin/java', 'random-generator', [8080], { megabytes: 240, userland: 'debian', entrypoint: ['java', '-jar', '/opt/random-generator.jar'], cmd: [], workingDir: '/opt', user: '1001' }),
  'docker.io/k8spatterns/random-generator-log-ambassador': server('/ambassador', 'log-ambassador', [9009]),
  'docker.io/k8spatterns/mini-http-server': server('/server', 'mini-http-server', [8080]),
  'docker.io/k8spatterns/kubeapi-proxy': server('/usr/local/bin/kubectl', 'kubectl', [8001], { entrypoint: ['kubectl', 'proxy', '--port=8001'], cmd: [] }),
  'docker.io/k8spatterns/curl-jq': { tags: any, megabytes: 10, userland: 'alpine', cmd: ['/bin/sh'], programs: { '/usr/bin/curl': 'curl', '/usr/bin/jq': 'jq' } },
  'docker.io/bmuschko/nodejs-hello-world': server('/usr/local/bin/node', 'nodejs-hello-world', [3000]),
  'docker.io/bmuschko/web-app': server('/usr/local/bin/node', 'nodejs-hello-world', [3000]),
  'docker.io/paulbouwer/hello-kubernetes': server('/usr/local/bin/node', 'hello-kubernetes', [8080]),
  'docker.io/kodekloud/webapp-color': server('/opt/app.py', 'webapp-color', [8080], { entrypoint: ['/opt/app.py'], cmd: [] }),
  'docker.io/kodekloud/event-simulator': server('/app', 'event-simulator', []),
  'docker.io/mendhak/http-https-echo': server('/app', 'http-https-echo', [8080]),
  ...Object.fromEntries(Object.entries(trainingPorts).map(([name, port]) => [`docker.io/${name}`, server('/app', 'echo-server', port === 0 ? [] : [port], { tags: { ...any, words: [...colours, 'bad', 'slow', 'text', 'dev', 'prod', 'wasm', 'spin'] } })])),
  'docker.io/jpetazzo/clock': { tags: any, megabytes: 1.5, userland: 'busybox', cmd: ['/bin/sh', '-c', 'while date; do sleep 1; done'], programs: {} },
  'docker.io/ealen/echo-server': server('/app', 'echo-server', [80]),
  'docker.io/stacksimplify/kubenginx': nginxImage({
    tags: { from: '1.0.0', to: '4.0.0' },
    megabytes: 50,
    filesOfTag: (tag) => ({ '/usr/share/nginx/html/index.html': `<!DOCTYPE html> <html> <body style='background-color:rgb(228, 250, 210);'> <h1>Welcome to Stack Simplify</h1> <p>Kubernetes Fundamentals Course</p> <p>Application Version: V${tag.split('.')[0]}</p> </body> </html>\n` }),
  }),
  'docker.io/luksa/kubia': nodeApp('kubia', { tags: { from: '0', to: '9', words: ['v1', 'v2', 'v3', 'v4'], v: true } }),
  'docker.io/luksa/kubia-unhealthy': nodeApp('kubia-unhealthy'),
  'docker.io/luksa/kubia-pet': nodeApp('kubia-pet', { directories: ['/var/data'] }),
  'docker.io/luksa/kubia-pet-peers': nodeApp('kubia-pet-peers', { directories: ['/var/data'] }),
  'docker.io/luksa/kiada': nodeApp('kiada', { tags: { from: '0.1', to: '1.0', words: ['alpine', 'slim'] }, files: { '/app.js': '', '/html/index.html': '<!DOCTYPE html>\n<html>\n  <head>\n    <title>Kiada {{version}}</title>\n  </head>\n  <body>\n    <h1>Kubernetes in Action Demo Application v{{version}}</h1>\n    <p>Request processed by {{hostname}}. Client IP: {{clientIP}}</p>\n  </body>\n</html>\n' } }),
  'gcr.io/kuar-demo/kuard-amd64': {
    tags: { from: '1', to: '3', words: ['blue', 'green', 'purple'], v: true },
    megabytes: 11,
    userland: 'alpine',
    cmd: ['/kuard'],
    user: 'nobody',
    ports: [8080],
    programs: { '/kuard': 'kuard' },
  },
  'docker.io/luksa/kubectl-proxy': {
    tags: any,
    megabytes: 30,
    userland: 'alpine',
    entrypoint: ['kubectl', 'proxy', '--port=8001'],
    programs: { '/usr/local/bin/kubectl': 'kubectl' },
  },
  'docker.io/luksa/ssd-monitor': {
    tags: any,
    megabytes: 2.2,
    userland: 'busybox',
    entrypoint: ['/ssd-monitor'],
    programs: { '/ssd-monitor': 'ssd-monitor' },
  },
  'docker.io/luksa/init-demo': {
    tags: { from: '0.1', to: '1.0' },
    megabytes: 3.4,
    userland: 'alpine',
    entrypoint: ['/docker_entrypoint.sh'],
    files: { '/docker_entrypoint.sh': '#!/bin/sh\nsteps=${1:-5}\necho "Initialization started..."\ni=1\nwhile [ $i -le $steps ]; do\n  echo "Performing initialization procedure $i/$steps"\n  sleep 1\n  i=$((i + 1))\ndone\necho "Initialization complete!"\n' },
  },
  'docker.io/luksa/network-connectivity-checker': {
    tags: { from: '0.1', to: '1.0' },
    megabytes: 3.4,
    userland: 'alpine',
    entrypoint: ['/docker_entrypoint.sh'],
    files: { '/docker_entrypoint.sh': '#!/bin/sh\nhost=${1:-1.1.1.1}\necho "Checking network connectivity to $host ..."\nif ping -c 1 "$host" >/dev/null 2>&1; then\n  echo "Host appears to be reachable"\nelse\n  echo "Host unreachable!"\n  exit 1\nfi\n' },
  },
  'docker.io/kodekloud/throw-dice': {
    tags: any,
    megabytes: 3,
    userland: 'alpine',
    entrypoint: ['/throw-dice.sh'],
    files: { '/throw-dice.sh': '#!/bin/sh\nnumber=$(shuf -i 1-6 -n 1)\necho "$number"\n[ "$number" -eq 6 ]\n' },
  },
  'docker.io/luksa/fortune': {
    tags: { ...any, words: ['env', 'args', 'port'] },
    megabytes: 50,
    userland: 'debian',
    entrypoint: ['/bin/fortuneloop.sh'],
    programs: { '/bin/fortuneloop.sh': 'fortuneloop' },
  },
  'docker.io/luksa/batch-job': {
    tags: any,
    megabytes: 2.2,
    userland: 'busybox',
    entrypoint: ['/main.sh'],
    programs: { '/main.sh': 'batch-job' },
  },
  'docker.io/ikubernetes/demoapp': {
    tags: { from: '1.0', to: '1.2', v: true },
    megabytes: 46,
    userland: 'alpine',
    cmd: ['/usr/local/bin/demo.py'],
    workingDir: '/usr/local/bin',
    ports: [80],
    env: { DEPLOYENV: 'Production', RELEASE: 'Stable' },
    programs: { '/usr/local/bin/demo.py': 'demoapp', '/usr/bin/curl': 'curl' },
  },
  'docker.io/kiamol/ch02-hello-kiamol': nginxImage({
    tags: any,
    megabytes: 8,
    userland: 'alpine',
    welcome: '<html>\n  <body>\n    <h1>\n      Hello from Chapter 2!\n    </h1>\n  </body>\n</html>\n',
  }),
  'docker.io/ikubernetes/myapp': myapp,
  'gcr.io/google-samples/hello-app': {
    tags: { from: '1.0', to: '2.0' },
    megabytes: 11.5,
    userland: 'alpine',
    cmd: ['./hello-app'],
    ports: [8080],
    programs: { '/hello-app': 'hello-app' },
  },
  'us-docker.pkg.dev/google-samples/containers/gke/whereami': whereami,
  'gcr.io/google-samples/whereami': whereami,
  'gcr.io/google-samples/hello-go-gke': server('/go/bin/hello', 'hello-go', [80]),
  'gcr.io/google-samples/hello-frontend': nginxImage({ tags: any, megabytes: 50, ...nginxRoot(80), files: { ...nginxRoot(80).files, '/etc/nginx/conf.d/default.conf': 'upstream Backend {\n    server hello;\n}\n\nserver {\n    listen 80;\n\n    location / {\n        proxy_pass http://Backend;\n    }\n}\n' } }),
  'docker.io/bprashanth/nginxhttps': nginxImage({ tags: any, megabytes: 50, ...nginxRoot(80) }),
  'gcr.io/google-samples/node-hello': {
    tags: { from: '1.0', to: '1.0' },
    megabytes: 260,
    userland: 'debian',
    cmd: ['/bin/sh', '-c', 'node server.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'node-hello' },
  },
  'docker.io/ibmcom/guestbook': guestbookGo,
  'registry.k8s.io/guestbook': guestbookGo,
  'gcr.io/google-samples/gb-frontend': {
    tags: any,
    megabytes: 350,
    userland: 'debian',
    cmd: ['apache2-foreground'],
    ports: [80],
    stopSignal: 'WINCH',
    programs: { '/usr/local/bin/apache2-foreground': 'guestbook', '/usr/bin/curl': 'curl' },
  },
  'gcr.io/google-samples/gb-redis-follower': redisFollower('--replicaof ${REDIS_LEADER_SERVICE_HOST:-redis-leader}', '--replicaof redis-leader'),
  'gcr.io/google-samples/gb-redisslave': redisFollower('--slaveof ${REDIS_MASTER_SERVICE_HOST}', '--slaveof redis-master'),
  'gcr.io/google-samples/xtrabackup': {
    tags: any,
    megabytes: 70,
    userland: 'debian',
    cmd: ['bash'],
    programs: { '/usr/bin/ncat': 'ncat', '/usr/bin/xtrabackup': 'xtrabackup', '/usr/bin/xbstream': 'xbstream', '/usr/bin/mysql': 'mysql', '/usr/bin/mysqladmin': 'mysqladmin' },
  },
  'gcr.io/google-samples/cassandra': {
    tags: any,
    megabytes: 150,
    userland: 'debian',
    cmd: ['/run.sh'],
    ports: [9042],
    programs: { '/run.sh': 'cassandra', '/usr/local/bin/nodetool': 'nodetool', '/usr/local/bin/cqlsh': 'cqlsh', '/bin/ps': 'ps' },
    files: { '/ready-probe.sh': '#!/bin/bash\nif [[ $(nodetool status | grep $POD_IP) == *"UN"* ]]; then\n  if [[ $DEBUG ]]; then\n    echo "UN";\n  fi\n  exit 0;\nelse\n  if [[ $DEBUG ]]; then\n    echo "Not Up";\n  fi\n  exit 1;\nfi\n' },
  },
  'gcr.io/google-samples/kubernetes-bootcamp': bootcamp,
  'docker.io/jocatalin/kubernetes-bootcamp': bootcamp,
}
