import { bitnami } from './bitnami.ts'
import type { CatalogueEntry } from './entry.ts'
import { anyVersion as any } from './tags.ts'

/** An application around one program, on Debian with a client for trying others. */
const demo = (program: string, megabytes: number, ports: number[], more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  tags: { ...any, words: ['before', 'after', 'good', 'bad'] },
  megabytes,
  userland: 'full',
  cmd: [`/app/${program}`],
  workingDir: '/app',
  ports,
  ...more,
  programs: { [`/app/${program}`]: program, ...more.programs },
})

const kiada = (program: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({ tags: any, megabytes: 8, userland: 'busybox', cmd: [`/${program}`], programs: { [`/${program}`]: program }, ...more })

const sslProxy = "admin:\n  access_log_path: /var/log/envoy.admin.log\n  address: { socket_address: { address: 0.0.0.0, port_value: 9901 } }\nstatic_resources:\n  listeners:\n  - name: listener_0\n    address: { socket_address: { address: 0.0.0.0, port_value: 8443 } }\n    filter_chains:\n    - transport_socket: { name: envoy.transport_sockets.tls }\n      filters:\n      - name: envoy.filters.network.http_connection_manager\n        typed_config:\n          route_config:\n            virtual_hosts:\n            - routes:\n              - match: { prefix: / }\n                route: { cluster: service_kiada_localhost }\n  clusters:\n  - name: service_kiada_localhost\n    type: STATIC\n    load_assignment: { endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 8080 } } } } ] } ] }\n"

const envoy: CatalogueEntry = {
  tags: { ...any, words: ['distroless', 'dev', 'contrib'] },
  megabytes: 60,
  userland: 'debian',
  entrypoint: ['/docker-entrypoint.sh'],
  cmd: ['envoy', '-c', '/etc/envoy/envoy.yaml'],
  ports: [10000],
  programs: { '/docker-entrypoint.sh': 'docker-entrypoint', '/usr/local/bin/envoy': 'envoy' },
  files: { '/etc/envoy/envoy.yaml': 'admin:\n  address: { socket_address: { protocol: TCP, address: 127.0.0.1, port_value: 9901 } }\nstatic_resources:\n  listeners: []\n  clusters: []\n' },
}

const sleeper: CatalogueEntry = { tags: any, megabytes: 5, userland: 'alpine', cmd: ['/bin/sh', '-c', 'exec /bin/sh -c "trap : TERM INT; (while true; do sleep 1000; done) & wait"'], programs: { '/usr/bin/curl': 'curl', '/usr/bin/jq': 'jq' } }

/** .NET's launcher, in front of a program. */
const dotnet = (program: string, ports: number[]): CatalogueEntry => ({ tags: any, megabytes: 45, userland: 'alpine', cmd: ['dotnet', `${program}.dll`], workingDir: '/app', ports, programs: { '/usr/bin/dotnet': program }, directories: ['/logs', '/config', '/app'] })

const bookinfo = (name: string, program: string, megabytes: number): [string, CatalogueEntry] => [`docker.io/istio/examples-bookinfo-${name}`, demo(program, megabytes, [9080])]

/** Demonstration applications of projects, vendors and books, whose answers people look at. */
export const demos: Readonly<Record<string, CatalogueEntry>> = {
  ...Object.fromEntries([
    bookinfo('details-v1', 'bookinfo-details', 60),
    bookinfo('details-v2', 'bookinfo-details', 60),
    bookinfo('ratings-v1', 'bookinfo-ratings', 70),
    bookinfo('ratings-v2', 'bookinfo-ratings', 70),
    bookinfo('reviews-v1', 'bookinfo-reviews', 250),
    bookinfo('reviews-v2', 'bookinfo-reviews', 250),
    bookinfo('reviews-v3', 'bookinfo-reviews', 250),
    bookinfo('productpage-v1', 'bookinfo-productpage', 75),
  ]),
  'docker.io/kennethreitz/httpbin': demo('httpbin', 160, [80], { cmd: ['/app/httpbin', '-b', '0.0.0.0:80', 'httpbin:app', '-k', 'gevent'], programs: { '/usr/local/bin/gunicorn': 'httpbin' } }),
  'docker.io/mccutchen/go-httpbin': { tags: any, megabytes: 15, userland: 'none', cmd: ['/bin/go-httpbin'], ports: [8080], programs: { '/bin/go-httpbin': 'go-httpbin' } },
  'ghcr.io/mccutchen/go-httpbin': { tags: any, megabytes: 15, userland: 'none', cmd: ['/bin/go-httpbin'], ports: [8080], programs: { '/bin/go-httpbin': 'go-httpbin' } },
  'docker.io/dockersamples/examplevotingapp_vote': demo('voting-vote', 55, [80]),
  'docker.io/dockersamples/examplevotingapp_result': demo('voting-result', 70, [80]),
  'docker.io/dockersamples/examplevotingapp_worker': demo('voting-worker', 80, []),
  'docker.io/kodekloud/examplevotingapp_vote': demo('voting-vote', 55, [80]),
  'docker.io/kodekloud/examplevotingapp_result': demo('voting-result', 70, [80]),
  'docker.io/kodekloud/examplevotingapp_worker': demo('voting-worker', 80, []),
  'mcr.microsoft.com/azuredocs/azure-vote-front': demo('azure-vote', 320, [80]),
  'docker.io/envoyproxy/envoy': envoy,
  'docker.io/envoyproxy/envoy-alpine': { ...envoy, userland: 'alpine' },
  'docker.io/luksa/kiada-ssl-proxy': { ...envoy, ports: [8443, 9901], files: { '/etc/envoy/envoy.yaml': sslProxy, '/etc/certs/example-com.crt': '', '/etc/certs/example-com.key': '' } },
  'docker.io/luksa/quote-writer': kiada('quote-writer', { directories: ['/var/local/output'] }),
  'docker.io/luksa/quiz-api': { ...kiada('quiz-api', { ports: [8080] }), entrypoint: ['/quiz-api'], cmd: [] },
  'docker.io/luksa/node-agent': { ...kiada('node-agent', { ports: [80] }), entrypoint: ['/node-agent'], cmd: [] },
  'docker.io/luksa/quiz-initdb-script-installer': {
    ...kiada('', { programs: {} }),
    cmd: ['/bin/sh', '-c', 'cp /insert-questions.js /initdb.d/ && echo "Successfully copied insert-questions.js to /initdb.d" || echo "Error copying insert-questions.js to /initdb.d"'],
    files: { '/insert-questions.js': "db.getSiblingDB(\"kiada\").questions.insertMany([\n  {\n    id: 1,\n    text: \"What does k8s mean?\",\n    answers: [\"Kates\", \"Kubernetes\", \"Kooba Dooba Doo!\"],\n    correctAnswerIndex: 1,\n  },\n  {\n    id: 2,\n    text: \"Which of the following statements is correct?\",\n    answers: [\"When the readiness probe fails, the container is restarted.\", \"When the liveness probe fails, the container is restarted.\"],\n    correctAnswerIndex: 1,\n  },\n]);\n" },
  },
  'docker.io/kiamol/ch03-numbers-api': dotnet('kiamol-numbers-api', [80]),
  'docker.io/kiamol/ch03-numbers-web': dotnet('kiamol-numbers-web', [80]),
  'docker.io/kiamol/ch07-simple-proxy': dotnet('kiamol-proxy', [1080]),
  'docker.io/kiamol/ch07-timecheck': dotnet('kiamol-timecheck', []),
  'docker.io/kiamol/ch05-pi': { ...dotnet('kiamol-pi', [80]), cmd: ['dotnet', 'Pi.Web.dll', '-m', 'web'] },
  'docker.io/kiamol/ch12-memory-allocator': { tags: any, megabytes: 6, userland: 'alpine', cmd: ['/app/memory-allocator'], workingDir: '/app', programs: { '/app/memory-allocator': 'memory-allocator' } },
  'docker.io/kiamol/ch03-sleep': sleeper,
  ...bitnami,
}
