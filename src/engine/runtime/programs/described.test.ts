import { expect, it } from 'vitest'
import { Lab } from '../testing/lab.ts'

it.each<[image: string, o: object, port: number, says: RegExp]>([
  ['minio/minio', { args: ['server', '/data', '--console-address', ':9001'] }, 9000, /WebUI: http:\/\/10\.244\.1\.5:9001/],
  ['quay.io/minio/minio:RELEASE.2024-01-01T16-36-33Z', { command: ['/bin/bash', '-c', 'minio server /data'] }, 9000, /MinIO Object Storage Server/],
  ['quay.io/keycloak/keycloak:25.0.1', { args: ['start-dev'] }, 8080, /DO NOT use this configuration in production/],
  ['quay.io/keycloak/keycloak:25.0.1', { command: ['/opt/keycloak/bin/kc.sh', 'start', '--hostname-strict=false'] }, 8080, /Listening on/],
  ['confluentinc/cp-kafka:7.5.0', { env: { KAFKA_ZOOKEEPER_CONNECT: 'zk:2181', KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9093' }, guesses: { ports: [9093], ends: false } }, 9093, /KafkaServer id=1] started/],
  ['prom/prometheus:v2.30.3', {}, 9090, /ready to receive web requests/],
  ['grafana/grafana', {}, 3000, /HTTP Server Listen/],
  ['prom/node-exporter', {}, 9100, /Listening on/],
  ['docker.elastic.co/kibana/kibana:7.5.0', {}, 5601, /http server running/],
  ['mcr.microsoft.com/mssql/server:2022-latest', { env: { ACCEPT_EULA: 'Y', MSSQL_SA_PASSWORD: 'P@ssw0rd' } }, 1433, /ready for client connections/],
  ['php:8.2-fpm', {}, 9000, /ready to handle connections/],
  ['php:7.4-apache', {}, 80, /configured -- resuming normal operations/],
  ['jenkins/jenkins:lts', {}, 8080, /Jenkins is fully up and running/],
])('%s starts with %j', (image, o, port, says) => {
  const lab = new Lab({ image, ...o }).start().until(90_000)
  expect(lab.exit).toBeUndefined()
  expect(lab.os.listening(port)).toBeDefined()
  expect(lab.output).toMatch(says)
})

it.each<[image: string, o: object, code: number, says: RegExp]>([
  ['prom/prometheus', { args: ['--config.file=/etc/config/prometheus.yml'] }, 2, /Error loading config \(--config\.file=\/etc\/config\/prometheus\.yml\)/],
  ['minio/minio', {}, 0, /USAGE:\n {2}minio/],
  ['quay.io/keycloak/keycloak', {}, 2, /kc\.sh \[OPTIONS\]/],
  ['quay.io/keycloak/keycloak', { args: ['start'] }, 1, /hostname is not configured/],
  ['confluentinc/cp-zookeeper', {}, 1, /ZOOKEEPER_CLIENT_PORT is required/],
  ['confluentinc/cp-kafka', { env: { KAFKA_ZOOKEEPER_CONNECT: 'zk:2181' } }, 1, /KAFKA_ADVERTISED_LISTENERS is required/],
  ['confluentinc/cp-kafka', { env: { KAFKA_PORT: 'tcp://10.96.0.9:9092' } }, 1, /port is deprecated/],
  ['mcr.microsoft.com/mssql/server', {}, 1, /EULA/],
  ['mcr.microsoft.com/mssql/server', { env: { ACCEPT_EULA: 'Y', SA_PASSWORD: 'secret' } }, 1, /not complex enough/],
  ['dpage/pgadmin4', {}, 1, /PGADMIN_DEFAULT_EMAIL/],
  ['couchdb:3', {}, 1, /Admin Party/],
  ['neo4j:5', { env: { NEO4J_PORT: 'tcp://10.96.0.9:7687' } }, 1, /Unrecognized setting/],
])('%s does not start with %j', (image, o, code, says) => {
  const lab = new Lab({ image, ...o }).start().until(20_000)
  expect(lab.exit?.exitCode).toBe(code)
  expect(lab.output).toMatch(says)
})

it.each<[image: string, path: string, answer: object]>([
  ['prom/prometheus', '/-/ready', { status: 200, body: 'Prometheus Server is Ready.\n' }],
  ['prom/prometheus', '/', { status: 302, headers: expect.objectContaining({ location: '/query' }) }],
  ['grafana/grafana', '/api/health', { status: 200, body: expect.stringContaining('"database": "ok"') }],
  ['quay.io/prometheus/node-exporter:v1.8.0', '/metrics', { status: 200, body: expect.stringContaining('node_cpu_seconds_total{cpu="0",mode="idle"}') }],
  ['jenkins/jenkins', '/login', { status: 200, body: expect.stringContaining('Sign in [Jenkins]') }],
])('%s has %s', (image, path, answer) => {
  const lab = new Lab({ image }).start().until(60_000)
  const port = { prometheus: 9090, grafana: 3000, 'node-exporter': 9100, jenkins: 8080 }[image.replace(/:.*/, '').split('/').at(-1)!]!
  expect(lab.get(path, { port })).toMatchObject(answer)
})

it('has written what people look for', () => {
  const lab = new Lab({ image: 'jenkins/jenkins:lts' }).start().until(60_000)
  expect(lab.exec(['cat', '/var/jenkins_home/secrets/initialAdminPassword']).stdout).toMatch(/^[0-9a-f]{32}\n$/)
})
