import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

const started = (image: string, o: object = {}): Lab => new Lab({ image, ...o }).start().until(2000)
const body = (lab: Lab, path = '/'): string => (lab.get(path, { port: 8080 }) as { body: string }).body

test('the third kubia fails from the fifth request on', () => {
  const lab = started('luksa/kubia:v3')
  expect([1, 2, 3, 4, 5, 6].map(() => (lab.get('/', { port: 8080 }) as { status: number }).status)).toEqual([200, 200, 200, 200, 500, 500])
})

test('the bootcamp counts what it is asked', () => {
  const lab = started('gcr.io/google-samples/kubernetes-bootcamp:v1')
  expect(lab.output).toMatch(/^Kubernetes Bootcamp App Started At: 2026-11-20T18:46:10\.000Z \| Running On: {2}web \n/)
  expect([body(lab), body(lab)]).toEqual(Array(2).fill('Hello Kubernetes bootcamp! | Running on: web | v=1\n'))
  expect(lab.output).toMatch(/Running On: web \| Total Requests: 2 \| App Uptime: [\d.]+ seconds \| Log Time: /)
  expect(lab.exec(['cat', 'server.js']).stdout).toContain('.listen(8080)')
})

test('a pet keeps what is posted', () => {
  const lab = started('luksa/kubia-pet')
  expect(body(lab)).toBe("You've hit web\nData stored on this pod: No data posted yet\n")
  expect(lab.exec(['curl', '-s', '-X', 'POST', '-d', 'Hey there!', 'localhost:8080']).stdout).toBe('Data stored on pod web\n')
  expect(body(lab)).toContain('Data stored on this pod: Hey there!')
})

test('kiada says who it is, and what it was told', () => {
  const lab = started('luksa/kiada:0.4', { env: { POD_NAME: 'kiada-1', INITIAL_STATUS_MESSAGE: 'All well' } })
  expect(lab.output).toContain('Pod name is kiada-1\n')
  expect(body(lab)).toBe('Kiada version 0.4. Request processed by "web". Client IP: ::ffff:10.244.1.1\nAll well\n')
  lab.os.signal('TERM')
  expect(lab.run(5000).exit?.exitCode).toBe(0)
})

test.each([
  ['luksa/init-demo:0.1', ['3'], 0, 'Performing initialization procedure 3/3\nInitialization complete!'],
  ['haproxy', undefined, 1, 'Cannot open configuration file/directory /usr/local/etc/haproxy/haproxy.cfg'],
  ['ghost:5', undefined, 2, 'connect ECONNREFUSED 127.0.0.1:3306'],
  ['elasticsearch:7.17.0', undefined, 78, 'the default discovery settings are unsuitable for production use'],
  ['node:20', undefined, 0, ''],
  ['openjdk:11', undefined, 0, ''],
  ['mariadb', undefined, 1, 'You need to specify one of MARIADB_ROOT_PASSWORD'],
])('%s %j ends with %i', (image, args, code, text) => {
  const lab = new Lab({ image, ...(args === undefined ? {} : { args }) }).start().run(60_000)
  expect([lab.exit?.exitCode, lab.output.includes(text)]).toEqual([code, true])
})

test.each([
  ['node:20', ['node', '-e', 'console.log("v", process.version, process.env.HOSTNAME)'], 0, 'v v20.19.5 web\n'],
  ['node:20', ['node', '-p', '1 + 2'], 0, '3\n'],
  ['registry.k8s.io/e2e-test-images/agnhost:2.53', ['bash', '-c', 'type -t curl dig host'], 0, 'file\nfile\nfile\n'],
])('%s: %j ends with %i', (image, command, code, output) => {
  const lab = new Lab({ image, command }).start().run(10_000)
  expect([lab.exit?.exitCode, lab.output]).toEqual([code, output])
})

test.each([
  ['rabbitmq:3-management', ['rabbitmq-diagnostics', '-q', 'ping'], 'Ping succeeded\n'],
  ['rabbitmq:3-management', ['rabbitmqctl', 'eval', 'a.'], 'rabbitmqctl: eval: not simulated\n'],
  ['mongo:7', ['mongosh', '--eval', 'db.version()'], '7.0.26\n'],
  ['mongo:7', ['mongosh', '--quiet', '--eval', "db.adminCommand('ping')"], '{ ok: 1 }\n'],
  ['nginxinc/nginx-unprivileged', ['wget', '-qO-', 'localhost:8080'], /Welcome to nginx!/],
])('in %s, %j says whether the server is there', (image, command, said) => {
  const lab = started(image).until(20_000)
  const { stdout, stderr } = lab.exec(command)
  expect(stdout + stderr).toMatch(said)
})

test.each([
  [{ args: ['nslookup', 'localhost'] }, 'Server:'],
  [{ args: ['sh', '-c', 'echo shell'] }, 'shell\n'],
  [{ args: ['serve', '--port=1'] }, ''],
  [{ command: ['echo', 'own'], args: ['more'] }, 'own more\n'],
])('in an image that nobody knows, %j is what it looks like', (o, said) => {
  const lab = new Lab({ image: 'someone/tools', ...o }).start().run(3000)
  expect(lab.output).toContain(said)
  expect(lab.exit === undefined).toBe(said === '')
})
