import { beforeAll, describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

let cluster: Cluster

beforeAll(() => {
  cluster = createCluster({ nodes: 2 })
  const create = (plural: string, body: object): void => void cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${plural}`, body: { apiVersion: 'v1', ...body } as never })
  const pod = (name: string, container: object): void =>
    create('pods', { kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers: [{ name: 'app', ...container }] } })
  pod('web', { image: 'nginx:1.27', ports: [{ name: 'http', containerPort: 80 }] })
  pod('idle', { image: 'busybox:1.36', command: ['sleep', '9999'] })
  pod('waits', { image: 'no-such-image' })
  create('services', { kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ name: 'main', port: 8000, targetPort: 'http' }] } })
  create('services', { kind: 'Service', metadata: { name: 'empty' }, spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } })
  cluster.run({ for: '15s' })
})

const raw = (path: string) => kubectl(cluster, `get --raw /api/v1/namespaces/default/${path}`)

describe('the API server passes requests on', () => {
  test.each(['pods/web/proxy/', 'pods/web:80/proxy/', 'pods/http:web:80/proxy', 'services/web:main/proxy/', 'services/web:8000/proxy/index.html'])('%s is the page of the web server', (path) => {
    expect(raw(path)).toMatchObject({ stdout: expect.stringContaining('<h1>Welcome to nginx!</h1>'), exitCode: 0 })
  })

  test.each([
    ['pods/web:81/proxy/', /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp 10\.244\.\d+\.\d+:81: connect: connection refused\n$/],
    ['pods/web/proxy/nope', /^Error from server \(NotFound\): the server could not find the requested resource\n$/],
    ['pods/nope/proxy/', /^Error from server \(NotFound\): pods "nope" not found\n$/],
    ['pods/web:http/proxy/', /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp: lookup 10\.244\.\d+\.\d+:http: no such host\n$/],
    ['pods/ftp:web:80/proxy/', /^Error from server \(BadRequest\): invalid pod request "ftp:web:80"\n$/],
    ['services/web/proxy/', /^Error from server \(ServiceUnavailable\): no endpoints available for service "web"\n$/],
    ['services/web:81/proxy/', /^Error from server \(ServiceUnavailable\): no service port 81 found for service "web"\n$/],
    ['services/empty/proxy/', /^Error from server \(ServiceUnavailable\): no endpoints available for service "empty"\n$/],
  ])('%s is refused', (path, said) => {
    const { stderr, exitCode } = raw(path)
    expect(stderr).toMatch(said)
    expect(exitCode).toBe(1)
  })

  test('a place without its slash sends on, whatever is behind; other verbs come through', () => {
    const ask = (verb: string, path: string) => cluster.request({ verb, path: `/api/v1/namespaces/default/${path}` } as never)
    expect(ask('GET', 'pods/web/proxy?a=b')).toMatchObject({ code: 301, location: '/api/v1/namespaces/default/pods/web/proxy/?a=b' })
    expect(ask('HEAD', 'services/web:main/proxy')).toMatchObject({ code: 301 })
    expect(ask('HEAD', 'pods/web/proxy/')).toMatchObject({ code: 200 })
    expect(ask('POST', 'pods/web/proxy').code).not.toBe(301)
    expect(raw('pods/web/proxy').stdout).toContain('<h1>Welcome to nginx!</h1>')
  })

  test('each hop is a step', () => {
    const before = cluster.trace.length
    raw('pods/web/proxy/')
    const hops = cluster.trace.slice(before).filter(({ kind }) => kind === 'network').map(({ from, to, detail }) => [from, to, detail?.type])
    expect(hops).toEqual([['kube-apiserver', 'pod/default/web', 'RequestSent'], ['pod/default/web', 'kube-apiserver', 'RequestAnswered']])
  })
})

describe('kubectl proxy', () => {
  const shell = (line: string) => cluster.exec({ program: 'shell', line })
  const curl = (path: string) => shell(`curl -s 'localhost:8001${path}'`).stdout

  test('brings the API to a local port', () => {
    expect(shell('curl -s localhost:8001/api/').exitCode).toBe(7)
    const id = cluster.perform({ kubectl: 'proxy' })
    cluster.run({ for: '1s' })
    expect(cluster.output.filter(({ command }) => command === id).map(({ text }) => text).join('')).toBe('Starting to serve on 127.0.0.1:8001\n')
    expect(curl('/healthz')).toBe('ok')
    expect(curl('/api/v1/namespaces/default/pods?watch=1&fieldSelector=metadata.name=web')).toMatch(/^\{"type":"ADDED","object":\{"kind":"Pod",.*\}\n$/)
    expect(curl('/api/v1/namespaces/default/pods/web/log?follow=true')).toContain('start worker process')
    expect(JSON.parse(curl('/api/v1/namespaces/default/pods/nope/log?follow=true'))).toMatchObject({ kind: 'Status', code: 404 })
    expect(JSON.parse(curl('/api/v1/namespaces/default/pods/web'))).toMatchObject({ kind: 'Pod', status: { phase: 'Running' } })
    expect(curl('/api/v1/namespaces/default/services?limit=1')).toContain('\n  "items": [\n    {\n      "metadata": {\n        "name": "')
    expect(curl('/api/v1/namespaces/default/pods/nope')).toContain('"message": "pods \\"nope\\" not found"')
    expect(curl('/api/v1/namespaces/default/services/web:8000/proxy/')).toContain('Welcome to nginx!')
    expect(curl('/api/v1/namespaces/default/pods/web/exec?command=ls')).toBe('Forbidden\n')
    const post = (type: string, body: string) => shell(`curl -s -X POST ${type} --data-binary '${body}' localhost:8001/api/v1/namespaces/default/configmaps`).stdout
    expect(post('', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"made"}}')).toContain('the body of the request was in an unknown format')
    expect(post("-H 'Content-Type: application/json'", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"made"}}')).toContain('"name": "made"')
    expect(post("-H 'Content-Type: application/yaml'", 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: written\n')).toContain('"name": "written"')
    expect(kubectl(cluster, 'get cm made written -o name').stdout).toBe('configmap/made\nconfigmap/written\n')
    expect(shell("curl -s -H 'Accept: application/yaml' localhost:8001/api/v1/namespaces/default/configmaps/made").stdout).toMatch(/^apiVersion: v1\nkind: ConfigMap\n/)
    expect(kubectl(cluster, 'proxy')).toMatchObject({ stderr: 'error: listen tcp 127.0.0.1:8001: bind: address already in use\n', exitCode: 1 })
    cluster.perform({ interrupt: id })
    expect(shell('curl -s localhost:8001/api/').exitCode).toBe(7)
  })

  test('listens on any port, or on a socket', () => {
    const said = (line: string): [number, string] => {
      const id = cluster.perform({ kubectl: line })
      cluster.run({ for: '1s' })
      return [id, cluster.output.filter(({ command }) => command === id).map(({ text }) => text).join('')]
    }
    const versions = (line: string): unknown => JSON.parse(shell(line).stdout).versions
    const [first, one] = said('proxy --port=0')
    const [second, other] = said('proxy -p 0')
    expect([one, other]).toEqual(['Starting to serve on 127.0.0.1:32768\n', 'Starting to serve on 127.0.0.1:32769\n'])
    expect(versions('curl -s localhost:32769/api/')).toEqual(['v1'])
    const [third, socket] = said('proxy --unix-socket=/tmp/test')
    expect(socket).toBe('Starting to serve on /tmp/test\n')
    expect(versions('curl -s --unix-socket /tmp/test http://localhost/api/')).toEqual(['v1'])
    expect(shell('curl -s --unix-socket /tmp/other http://localhost/api/').exitCode).toBe(7)
    expect(kubectl(cluster, 'proxy -u /tmp/test').stderr).toContain('listen unix /tmp/test: bind: address already in use')
    expect(kubectl(cluster, 'proxy -u /tmp/test -p 1').stderr).toContain('cannot set --unix-socket and --port at the same time')
    for (const id of [first, second, third]) cluster.perform({ interrupt: id })
  })

  test('what a body says twice is seen', () => {
    const id = cluster.perform({ kubectl: 'proxy' })
    cluster.run({ for: '1s' })
    const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}'
    expect(shell(`curl -s -X POST -H 'Content-Type: application/json' -d '${body}' 'localhost:8001/api/v1/namespaces/default/configmaps?fieldValidation=Strict'`).stdout).toContain('strict decoding error: duplicate field \\"data.a\\"')
    cluster.perform({ interrupt: id })
  })

  test.each([
    ['--www=.', 'error: --www is not supported by Podreel\n'],
    ['--accept-hosts=*', 'error: Error compiling re: error parsing regexp: `*`\n'],
    ['--port=x', 'error: invalid argument "x" for "-p, --port" flag: strconv.ParseInt: parsing "x": invalid syntax\n'],
  ])('%s is refused', (flag, said) => {
    expect(kubectl(cluster, `proxy ${flag}`).stderr).toContain(said)
  })
})
