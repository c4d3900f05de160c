import { expect, it, test } from 'vitest'
import '../../../kubectl/index.ts'
import { installed } from '../../testing/installed.ts'

const pod = (name: string, image: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } })

/** What guides show of them (minikube's getting started, container.training, argoproj/rollouts-demo). */
it.each([
  ['hello', 'kicbase/echo-server:1.0', 8080, '/x', /^Request served by hello\n\nHTTP\/1\.1 GET \/x\n\nHost: localhost:8080\n(.+\n)*$/],
  ['blue', 'jpetazzo/color', 80, '/', /^🔵This is pod default\/blue on linux\/amd64, serving \/ for [\d.]+:\d+\.\n$/],
  ['env', 'jpetazzo/httpenv', 8888, '/', /^\{.*"HOSTNAME":"env".*\}$/],
  ['demo', 'argoproj/rollouts-demo:yellow', 8080, '/color', /^"yellow"$/],
  ['ent', 'nigelpoulton/k8sbook:text-dev', 8080, '/', /^Hello from the DEV Namespace!\nHostname: ent\n$/],
  ['web', 'nigelpoulton/k8sbook:1.0', 8080, '/', /<h1>Kubernetes Rocks!<\/h1>/],
  ['app', 'containersol/k8s-deployment-strategies', 8080, '/', /^Host: app, Version: \n$/],
  ['who', 'jwilder/whoami', 8000, '/', /^I'm who\n$/],
  ['ip', 'cloudnativelabs/whats-my-ip', 8080, '/', /^HOSTNAME:ip IP:10\.244\.\d+\.\d+\n$/],
  ['rng', 'dockercoins/rng:v0.1', 80, '/', /^RNG running on rng\n$/],
  ['hasher', 'dockercoins/hasher:v0.1', 80, '/', /^HASHER running on hasher\n$/],
])('%s (%s) answers', (name, image, port, path, words) => {
  expect(installed(pod(name, image)).k(`exec ${name} -- wget -qO- localhost:${port}${path}`)).toMatch(words)
})

test('DockerCoins: nothing is mined until its Services are there, and again not without one of them', () => {
  const { c, k } = installed([pod('redis', 'redis'), ...['rng', 'hasher', 'webui', 'worker'].map((name) => pod(name, `dockercoins/${name}:v0.1`))].join('\n---\n'))
  expect(k('logs worker')).toContain('Error -2 connecting to redis:6379. Name or service not known.')
  for (const [name, port] of [['redis', 6379], ['rng', 80], ['hasher', 80]] as const) k(`expose pod ${name} --port=${port}`)
  c.run({ for: '60s' })
  expect(k('logs worker')).toMatch(/INFO:__main__:4 units of work done, updating hash counter\n/)
  const { coins, hashes } = JSON.parse(k('exec webui -- wget -qO- localhost/json')) as { coins: number; hashes: number }
  expect(hashes).toBeGreaterThan(100)
  expect(coins).toBeGreaterThan(0)
  k('delete pod rng')
  c.run({ for: '15s' })
  expect(k('logs worker --tail=1')).toBe('ERROR:__main__:Waiting 10s and restarting.\n')
})

test('the guestbook keeps its entries in redis when its pod has begun beside one', () => {
  const { c, k } = installed([pod('redis', 'redis'), pod('first', 'ibmcom/guestbook:v1'), pod('ask', 'busybox')].join('\n---\n').replace('"image":"busybox"', '"image":"busybox","command":["sleep","9999"]'))
  const get = (name: string, path: string): string => k(`exec ask -- wget -qO- http://${k(`get pod ${name} -o jsonpath={.status.podIP}`)}:3000${path}`)
  expect(get('first', '/hello')).toBe('Hello from guestbook. Your app is up! (Hostname: first)\n')
  expect([get('first', '/info'), JSON.parse(get('first', '/rpush/guestbook/hi'))]).toEqual(['In-memory datastore (not redis)', ['hi']])
  k('expose pod redis --name=redis-master --port=6379')
  k('expose pod redis --name=redis-slave --port=6379')
  k('apply -f -', [pod('second', 'ibmcom/guestbook:v2'), pod('third', 'k8s.gcr.io/guestbook:v3')].join('\n---\n'))
  c.run({ for: '20s' })
  expect(JSON.parse(get('second', '/rpush/guestbook/ho'))).toEqual(['ho'])
  expect(JSON.parse(get('third', '/lrange/guestbook'))).toEqual(['ho'])
})
