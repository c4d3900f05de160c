import { expect, test } from 'vitest'
import { lookupImage } from '../images.ts'
import { Lab, type LabOptions } from '../testing/lab.ts'

const started = (image: string, o: LabOptions = {}, ms = 8000): Lab => new Lab({ image, ...o }).start().until(ms)
const curl = (lab: Lab, ...args: string[]): string => lab.exec(['curl', '-s', ...args]).stdout

test('httpbin tells what it was asked, in the words of either', () => {
  const python = started('kennethreitz/httpbin')
  expect(curl(python, 'localhost/get?a=b')).toMatch(/^\{\n {2}"args": \{\n {4}"a": "b"\n {2}\}, \n {2}"headers": \{\n[^}]*"Host": "localhost"[^}]*\}, \n {2}"origin": "10\.244\.1\.9", \n {2}"url": "http:\/\/localhost\/get\?a=b"\n\}\n$/)
  expect(curl(python, '-o', '/dev/null', '-w', '%{http_code}', 'localhost/status/503')).toBe('503')
  expect(JSON.parse(curl(python, '-d', 'x=1', 'localhost/post'))).toMatchObject({ form: { x: '1' }, data: '', json: null })
  const go = started('mccutchen/go-httpbin:v2.15.0', { env: { PORT: '9090' } })
  expect(go.get('/status/418', { port: 9090 })).toMatchObject({ status: 418 })
  expect(JSON.parse((go.get('/headers', { port: 9090 }) as { body: string }).body)).toMatchObject({ headers: { 'User-Agent': [expect.any(String)] } })
})

test("Bookinfo's page shows what its services say, and that one is away", () => {
  const lab = new Lab({ image: 'docker.io/istio/examples-bookinfo-productpage-v1:1.20.3' })
  lab.neighbour('details', { image: 'istio/examples-bookinfo-details-v1:1.20.3' })
  lab.neighbour('reviews', { image: 'istio/examples-bookinfo-reviews-v3:1.20.3' })
  lab.start().until(10_000)
  const page = curl(lab, 'localhost:9080/productpage')
  expect(page).toContain('<title>Simple Bookstore App</title>')
  expect(page).toContain('<dt>publisher:</dt>PublisherA')
  expect(page).toContain('Ratings service is currently unavailable')
  lab.neighbours.delete('reviews')
  expect(curl(lab, 'localhost:9080/productpage')).toContain('Error fetching product reviews!')
})

test('a vote goes through the queue into the database', () => {
  const lab = new Lab({ image: 'dockersamples/examplevotingapp_worker' })
  lab.neighbour('redis', { image: 'redis:alpine' })
  lab.neighbour('db', { image: 'postgres:15-alpine', env: { POSTGRES_PASSWORD: 'postgres', POSTGRES_USER: 'postgres' } })
  lab.neighbour('vote', { image: 'dockersamples/examplevotingapp_vote' })
  lab.start().until(15_000)
  expect(lab.output).toMatch(/^(Waiting for db\n)+Connected to db\nFound redis at \S+\nConnecting to redis\n$/)
  expect(curl(lab, '-d', 'vote=a', '-b', 'voter_id=c0ffee', 'http://vote/')).toContain('disabled="disabled">Cats')
  lab.until(20_000)
  expect(lab.output).toContain("Processing vote for 'a' by 'c0ffee'\n")
})

test('Envoy passes on what its file says, and is not live when it is told so', () => {
  const lab = started('luksa/kiada-ssl-proxy:0.1')
  const admin = (path: string, method = 'GET') => lab.get(path, { port: 9901, method })
  expect(admin('/ready')).toMatchObject({ status: 200, body: 'LIVE\n' })
  expect(lab.get('/', { port: 8443, secure: true })).toMatchObject({ status: 503, body: expect.stringMatching(/^upstream connect error/) })
  expect(admin('/healthcheck/fail', 'POST')).toMatchObject({ body: 'OK\n' })
  expect(admin('/ready')).toMatchObject({ status: 503, body: 'DRAINING\n' })
})

test('the fifth Kiada asks its services, and its input sets what it says', () => {
  const lab = new Lab({ image: 'luksa/kiada:0.5', env: { QUOTE_URL: 'http://quote/quote', POD_NAME: 'kiada-1' } })
  lab.start().until(2000)
  const page = curl(lab, 'localhost:8080')
  expect(page).toMatch(/^==== TIP OF THE MINUTE\nERROR: getaddrinfo ENOTFOUND quote\n/)
  expect(page).toContain('Request processed by Kiada 0.5 running in pod "kiada-1" on node "unknown-node".')
  expect(curl(lab, '-H', 'Accept: text/html', '-w', '%{http_code}', 'localhost:8080')).toContain('302')
})

test('the numbers fail after so many calls', () => {
  const lab = started('kiamol/ch03-numbers-api', { env: { FailAfterCallCount: '2' } })
  expect(['/rng', '/healthz', '/rng', '/healthz', '/rng'].map((path) => (lab.get(path) as { status: number }).status)).toEqual([200, 200, 200, 500, 500])
})

test.each([
  [{}, 1, 'redis 18:46:10.00 ERROR ==> The REDIS_PASSWORD environment variable is empty or not set.'],
  [{ REDIS_PASSWORD: 'secret' }, undefined, 'Ready to accept connections tcp'],
  [{ ALLOW_EMPTY_PASSWORD: 'yes' }, undefined, 'redis 18:46:10.00 INFO  ==> ** Starting Redis **'],
])("Bitnami's redis with %j", (env, code, text) => {
  const lab = started('mcr.microsoft.com/oss/bitnami/redis:6.0.8', { env })
  expect([lab.exit?.exitCode, lab.output.includes(text)]).toEqual([code, true])
})

test.each([
  ['swr.cn-north-4.myhuaweicloud.com/ddn-k8s/docker.io/library/nginx:1.27', 'nginx'],
  ['m.daocloud.io/registry.k8s.io/pause:3.9', 'none'],
  ['mcr.microsoft.com/mirror/docker/library/rabbitmq:3.10-management-alpine', 'alpine'],
  ['mcr.microsoft.com/oss/nginx/nginx:1.15.5-alpine', 'alpine'],
  ['docker.1ms.run/library/busybox', 'busybox'],
])('%s is what it mirrors', (reference, userland) => {
  expect(lookupImage(reference)).toMatchObject({ userland, unknown: false })
})
