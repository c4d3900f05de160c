import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'

/** What a server answers under a path that people ask for; a text is a page of its own kind, an object is JSON. */
type Page = string | object | ((r: HttpRequest) => HttpResponse)
type Pages = Readonly<Record<string, Page>>

const html = (title: string, body = ''): Page => () => textResponse(200, `<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>${title}</title>\n</head>\n<body>${body}</body>\n</html>\n`, 'text/html; charset=utf-8')
const to = (location: string, status = 302): Page => () => ({ ...textResponse(status, status === 302 ? `<a href="${location}">Found</a>.\n\n` : '', 'text/html; charset=utf-8'), headers: { 'content-type': 'text/html; charset=utf-8', location } })
const status = (code: number, body: string, type = 'text/plain; charset=utf-8'): Page => () => textResponse(code, body, type)
const metrics = (...lines: string[]): Page => () => textResponse(200, `${lines.join('\n')}\n`, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores')

const build = (name: string, version: string): string[] => [
  `# HELP ${name}_build_info A metric with a constant '1' value labeled by version, revision, branch, goversion from which ${name} was built, and the goos and goarch for the build.`,
  `# TYPE ${name}_build_info gauge`,
  `${name}_build_info{branch="HEAD",goarch="amd64",goos="linux",goversion="go1.24.4",version="${version}"} 1`,
]

/** What has not been asked for anything has nothing to tell. */
const noSamples = { status: 'success', data: { resultType: 'vector', result: [] } }

const pages: Readonly<Record<string, Pages>> = {
  prometheus: {
    '/': to('/query'),
    '/query': html('Prometheus Time Series Collection and Processing Server'),
    '/graph': html('Prometheus Time Series Collection and Processing Server'),
    '/targets': html('Prometheus Time Series Collection and Processing Server'),
    '/-/ready': 'Prometheus Server is Ready.\n',
    '/-/healthy': 'Prometheus Server is Healthy.\n',
    '/api/v1/query': noSamples,
    '/api/v1/targets': { status: 'success', data: { activeTargets: [], droppedTargets: [], droppedTargetCounts: {} } },
    '/api/v1/alerts': { status: 'success', data: { alerts: [] } },
    '/api/v1/rules': { status: 'success', data: { groups: [] } },
    '/metrics': metrics(...build('prometheus', '3.7.3'), '# HELP prometheus_ready Whether Prometheus startup was fully completed and the server is ready for normal operation.', '# TYPE prometheus_ready gauge', 'prometheus_ready 1'),
  },
  alertmanager: { '/-/ready': 'OK', '/-/healthy': 'OK', '/': html('Alertmanager'), '/api/v2/alerts': [], '/metrics': metrics(...build('alertmanager', '0.28.1')) },
  pushgateway: { '/-/ready': 'OK', '/-/healthy': 'OK', '/': html('Prometheus Pushgateway'), '/metrics': metrics(...build('pushgateway', '1.11.1')) },
  'node-exporter': {
    '/': html('Node Exporter', '<h1>Node Exporter</h1><a href="/metrics">Metrics</a>'),
    '/metrics': metrics('# HELP node_cpu_seconds_total Seconds the CPUs spent in each mode.', '# TYPE node_cpu_seconds_total counter', 'node_cpu_seconds_total{cpu="0",mode="idle"} 86120.42', 'node_cpu_seconds_total{cpu="0",mode="system"} 310.18', 'node_cpu_seconds_total{cpu="0",mode="user"} 705.91', ...build('node_exporter', '1.10.2'), '# HELP node_load1 1m load average.', '# TYPE node_load1 gauge', 'node_load1 0.12', '# HELP node_memory_MemTotal_bytes Memory information field MemTotal_bytes.', '# TYPE node_memory_MemTotal_bytes gauge', 'node_memory_MemTotal_bytes 8.589934592e+09'),
  },
  'kube-state-metrics': {
    '/': html('Kube Metrics Server', '<h1>Kube Metrics</h1><ul><li><a href=\'/metrics\'>metrics</a></li><li><a href=\'/healthz\'>healthz</a></li></ul>'),
    '/healthz': 'OK', '/livez': 'OK', '/readyz': 'OK',
  },
  grafana: {
    '/': to('/login'),
    '/login': html('Grafana'),
    '/robots.txt': 'User-agent: *\nDisallow: /\n',
    '/healthz': 'Ok',
    '/api/health': () => textResponse(200, '{\n  "database": "ok",\n  "version": "12.2.1",\n  "commit": "563109b696e9c1cbaf345f2ab7a11f7f78422982"\n}', 'application/json; charset=UTF-8'),
  },
  minio: {
    '/minio/health/live': '', '/minio/health/ready': '', '/minio/health/cluster': '',
    '/': status(403, '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><Resource>/</Resource></Error>', 'application/xml'),
  },
  keycloak: {
    '/': to('/admin/'),
    '/admin/': to('/admin/master/console/'),
    '/admin/master/console/': html('Keycloak Administration Console'),
    ...Object.fromEntries(['', '/ready', '/live', '/started'].map((at) => [`/health${at}`, { status: 'UP', checks: [] }])),
    '/realms/master': (r) => jsonResponse(200, { realm: 'master', 'token-service': `http://${r.headers['host'] ?? ''}/realms/master/protocol/openid-connect`, 'account-service': `http://${r.headers['host'] ?? ''}/realms/master/account`, 'tokens-not-before': 0 }),
  },
  kibana: { '/': to('/app/home'), '/app/home': html('Elastic'), '/app/kibana': html('Elastic'), '/api/status': { name: 'kibana', status: { overall: { level: 'available', summary: 'All services and plugins are available' } } } },
  'jaeger-all-in-one': { '/': html('Jaeger UI'), '/search': html('Jaeger UI'), '/api/services': { data: ['jaeger-all-in-one'], total: 1, limit: 0, offset: 0, errors: null } },
  adminer: { '/': html('Login - Adminer') },
  couchdb: { '/': { couchdb: 'Welcome', version: '3.5.1', vendor: { name: 'The Apache Software Foundation' } }, '/_up': { status: 'ok', seeds: {} } },
  nats: { '/healthz': { status: 'ok' }, '/': html('NATS') },
  sonarqube: { '/': html('SonarQube'), '/api/system/status': { id: '243B8A4D', version: '25.11.0', status: 'UP' }, '/api/system/health': status(403, '{"errors":[{"msg":"Insufficient privileges"}]}', 'application/json') },
  nexus: { '/': html('Sonatype Nexus Repository'), '/service/rest/v1/status': '' },
  solr: { '/': to('/solr/'), '/solr/': html('Solr Admin') },
  neo4j: { '/': { bolt_routing: 'neo4j://localhost:7687', transaction: 'http://localhost:7474/db/{databaseName}/tx', neo4j_version: '2025.10.1', neo4j_edition: 'community' } },
  pgadmin: { '/': to('/login?next=/'), '/login': html('pgAdmin 4'), '/misc/ping': 'PING' },
  jenkins: {
    '/': status(403, "<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/><script id='redirect' data-redirect-url='/login?from=%2F' src='/static/redirect.js'></script></head><body style='background-color:white; color:white;'>\nAuthentication required\n</body></html>", 'text/html;charset=utf-8'),
    '/login': html('Sign in [Jenkins]'),
  },
  'kubernetes-dashboard': { '/': html('Kubernetes Dashboard'), '/healthz': 'healthy' },
}

/** The answer of the server of this name to what people ask it for; undefined: nobody knows. */
export function pageOf(name: string, r: HttpRequest): HttpResponse | undefined {
  const page = pages[name]?.[r.path.replace(/\?.*$/, '')]
  if (page === undefined || !['GET', 'HEAD'].includes(r.method)) return undefined
  return typeof page === 'string' ? textResponse(200, page) : typeof page === 'function' ? (page as (asked: HttpRequest) => HttpResponse)(r) : jsonResponse(200, page)
}
