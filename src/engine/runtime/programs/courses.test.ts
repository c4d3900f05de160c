import { expect, test } from 'vitest'
import '../../../kubectl/index.ts'
import { installed } from '../../testing/installed.ts'
import { Lab } from '../testing/lab.ts'

const started = (image: string, o: object = {}, ms = 2000): Lab => new Lab({ image, ...o }).start().until(ms)
const answer = (lab: Lab, path: string, port: number) => lab.get(path, { port }) as { status: number; body: string }

test.each([
  ['v1', '[v1] Hello, Kubernetes!'],
  ['v2', '[v2] Hello, Kubernetes!'],
  ['v3', '[v3] Hello, Kubernetes!, From host: web'],
  ['v4', '[v4] Hello, Kubernetes! From host: web, Get Database Connect URL: http://db'],
])('hellok8s:%s', (tag, body) => {
  expect(answer(started(`guangzhengli/hellok8s:${tag}`, { env: { DB_URL: 'http://db' } }), '/', 3000)).toMatchObject({ status: 200, body })
})

test('hellok8s is well for fifteen seconds, or never', () => {
  const lab = started('guangzhengli/hellok8s:liveness')
  expect(answer(lab, '/healthz', 3000).status).toBe(200)
  lab.until(16_000)
  expect(answer(lab, '/healthz', 3000)).toMatchObject({ status: 500, body: expect.stringMatching(/^error: 15\./) })
  expect(['guangzhengli/hellok8s:bad', 'leigg/hellok8s:readiness'].map((image) => answer(started(image), '/healthz', 3000).status)).toEqual([500, 500])
})

test.each([
  ['wangyanglinux/myapp:v1.0', 'Hello MyApp | Version: v1 | <a href="hostname.html">Pod Name</a>\n'],
  ['ikubernetes/myapp:v2', 'Hello MyApp | Version: v2 | <a href="hostname.html">Pod Name</a>\n'],
  ['stacksimplify/kubenginx:3.0.0', expect.stringContaining('Application Version: V3')],
  ['gcr.io/google-samples/hello-go-gke:1.0', '{"message":"Hello"}\n'],
  ['bprashanth/nginxhttps:1.0', expect.stringContaining('Welcome to nginx!')],
])('the page of %s says its version', (image, body) => {
  expect(answer(started(image), '/', 80)).toMatchObject({ status: 200, body })
})

test('the random generator is alive and ready until it is told otherwise, and writes down what it gives', () => {
  const lab = started('k8spatterns/random-generator:1.0', { env: { PATTERN: 'Health Probe', LOG_FILE: '/tmp/random.log', DELAY_STARTUP: '2' }, memoryLimitBytes: 200_000_000 }, 4000)
  expect(answer(lab, '/', 8080)).toEqual({ error: 'refused' })
  lab.until(6000)
  expect(lab.output).toContain('=== Max Heap Memory:  95 MB\n')
  expect(JSON.parse(answer(lab, '/', 8080).body)).toMatchObject({ pattern: 'Health Probe', version: '1.0', random: expect.any(Number) })
  expect(lab.exec(['cat', '/tmp/random.log']).stdout).toMatch(/^\d\d:\d\d:\d\d\.000,[0-9a-f-]{36},\d+,\d+\n$/)
  const states = (): (number | undefined)[] => [answer(lab, '/actuator/health', 8080).status, lab.exec(['test', '-f', '/tmp/random-generator-ready']).exitCode]
  expect(states()).toEqual([200, 0])
  answer(lab, '/toggle-live', 8080)
  answer(lab, '/toggle-ready', 8080)
  expect(states()).toEqual([503, 1])
  lab.os.signal('TERM')
  expect(lab.run(20_000).exit?.exitCode).toBe(143)
  expect(lab.output).toContain('SHUTDOWN HOOK called')
})

test('its batch program writes as many lines as it is told', () => {
  const lab = new Lab({ image: 'k8spatterns/random-generator:1.0', command: ['java', '-cp', '/', 'RandomRunner', '/tmp/numbers', '2500'] }).start().run()
  expect(lab.output).toMatch(/^Starting to create 2500 random numbers and store in \/tmp\/numbers\nFinished after \d+ ms\n$/)
  expect(lab.os.files.readText('/tmp/numbers')?.split('\n')).toHaveLength(2501)
})

test.each([
  ['bmuschko/nodejs-hello-world:1.0.0', 3000, 'Hello World'],
  ['paulbouwer/hello-kubernetes:1.10', 8080, '<td>web</td>'],
  ['kodekloud/webapp-color', 8080, 'background: blue;'],
  ['mendhak/http-https-echo', 8080, '"path": "/"'],
  ['k8spatterns/mini-http-server', 8080, 'hi\n'],
])('%s answers', (image, port, body) => {
  expect(answer(started(image, { env: { MESSAGE: 'hi', APP_COLOR: 'blue' } }), '/', port).body).toContain(body)
})

test('the event simulator tells what users do', () => {
  expect(started('kodekloud/event-simulator', {}, 9000).output).toMatch(/^\[2026-11-20 18:46:\d\d,\d{3}\] INFO in event-simulator: USER\d [a-z0-9 ]+\n/)
})

test('the frontend of the documentation passes on to the backend, and does not begin without it', () => {
  const lab = new Lab({ image: 'gcr.io/google-samples/hello-frontend:1.0' })
  lab.neighbour('hello', { image: 'gcr.io/google-samples/hello-go-gke:1.0' })
  lab.until(2000).start().until(4000)
  expect(answer(lab, '/', 80)).toMatchObject({ status: 200, body: '{"message":"Hello"}\n' })
  expect(started('gcr.io/google-samples/hello-frontend:1.0').output).toContain('nginx: [emerg] host not found in upstream "hello" in /etc/nginx/conf.d/default.conf:2\n')
})

test.each<[env: Record<string, string>, image: string, words: RegExp, code: number | undefined]>([
  [{ ME_CONFIG_MONGODB_SERVER: 'db' }, 'mongo-express', /Waiting for mongo:27017[\s\S]*\(10\/10\)\n[\s\S]*Mongo Express server listening at http:\/\/0\.0\.0\.0:8081\n[\s\S]*basicAuth credentials are "admin:pass"/, undefined],
  [{ ME_CONFIG_MONGODB_URL: 'mongodb://u:p@db:27017/', ME_CONFIG_BASICAUTH: 'false' }, 'mongo-express:1.0', /^Waiting for db:27017\.\.\.\nNo custom config\.js found/, undefined],
  [{ ME_CONFIG_MONGODB_SERVER: 'nowhere' }, 'mongo-express:0.54', /MongoServerSelectionError: getaddrinfo ENOTFOUND nowhere/, 1],
])('mongo-express with %o', (env, image, words, code) => {
  const lab = new Lab({ image, env })
  lab.neighbour('db', { image: 'mongo:7' })
  lab.until(4000).start().until(60_000)
  expect(lab.output).toMatch(words)
  expect(lab.exit?.exitCode).toBe(code)
  if (code === undefined) expect(answer(lab, '/', 8081)).toMatchObject({ status: env['ME_CONFIG_BASICAUTH'] === 'false' ? 200 : 401 })
})

test('the web application of the study guides says how it gets to its database', () => {
  const web = (name: string, user: string, host = 'mysql-service'): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: web, image: "bmuschko/web-app:1.0.1", env: [{ name: DB_HOST, value: ${host} }, { name: DB_USER, value: ${user} }, { name: DB_PASSWORD, value: password }] }] }
---`
  const { k } = installed(`${web('right', 'root')}${web('wrong', 'somebody')}${web('lost', 'root', 'mysql-none')}
apiVersion: v1
kind: Pod
metadata: { name: db, labels: { app: db } }
spec: { containers: [{ name: mysql, image: "mysql:5.6", env: [{ name: MYSQL_ROOT_PASSWORD, value: password }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: mysql-service }
spec: { selector: { app: db }, ports: [{ port: 3306 }] }
`)
  const says = (pod: string): string => k(`exec ${pod} -- wget -qO- localhost:3000`)
  expect(says('right')).toBe('Successfully connected to database!')
  expect(says('wrong')).toMatch(/^Failed to connect to database: ER_ACCESS_DENIED_ERROR: Access denied for user 'somebody'@'10\.244\.[\d.]+' \(using password: YES\)$/)
  expect(says('lost')).toBe('Failed to connect to database: getaddrinfo ENOTFOUND mysql-none')
})
