import { beforeEach, describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'
import { corefile } from './add-ons.ts'

let cluster: Cluster
const full = 'web.default.svc.cluster.local'

function run(line: string, files: Record<string, string> = {}): string {
  const { stdout, stderr } = kubectl(cluster, line, { files })
  return stdout + stderr
}
const asks = (line: string): string => run(`exec client -- ${line}`)
const steps = (type: string) => cluster.trace.filter(({ detail }) => detail?.type === type)
const logs = (): string => run('logs -n kube-system -l k8s-app=kube-dns --tail=-1')

/** The servers begin with this file. */
function configure(text: string): void {
  const data = text.split('\n').map((line) => `    ${line}`).join('\n')
  run('apply -f map.yaml', { 'map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: coredns, namespace: kube-system }\ndata:\n  Corefile: |\n${data}\n` })
  run('rollout restart deployment coredns -n kube-system')
  cluster.run({ for: '40s' })
}

beforeEach(() => {
  cluster = createCluster({ kubeadm: true, nodes: 2 })
  run('create deployment web --image=nginx')
  run('expose deployment web --port=80')
  run('run client --image=nicolaka/netshoot -- sleep 3600')
  cluster.run({ for: '20s' })
})

describe('a question', () => {
  test('goes to the Service and by a rule of the node to a server, which answers', () => {
    expect(asks('curl -s http://web')).toContain('Welcome to nginx!')
    const [asked, routed, told] = [steps('NameAsked')[0]!, steps('NameRouted')[0]!, steps('NameTold')[0]!]
    expect(asked).toMatchObject({ from: 'pod/default/client', to: 'service/kube-system/kube-dns', detail: { name: 'web', address: '10.96.0.10:53' } })
    expect(routed.to).toMatch(/^pod\/kube-system\/coredns-/)
    expect(told).toMatchObject({ from: routed.to, to: 'pod/default/client', detail: { canonicalName: full } })
  })

  test('is answered by each of them', () => {
    for (let i = 0; i < 12; i++) asks(`dig +short ${full}`)
    expect(new Set(steps('NameRouted').map(({ to }) => to)).size).toBe(2)
  })

  test.each([
    [`dig +short ${full}`, /^10\.\d+\.\d+\.\d+\n$/],
    [`dig +short ${full} @10.244.0.2`, /^10\.\d+\.\d+\.\d+\n$/],
    ['nslookup nobody', /server can't find nobody: NXDOMAIN/],
    ['dig +short example.com', /^93\.184\.215\.14\n$/],
    ['nslookup 10.96.0.10', /kube-dns\.kube-system\.svc\.cluster\.local/],
  ])('%s', (line, answer) => {
    expect(asks(line)).toMatch(answer)
  })

  test('the rules are UDP\'s', () => {
    const rules = run('exec -n kube-system ds/kube-proxy -- iptables-save -t nat')
    expect(rules).toMatch(/-A KUBE-SERVICES -d 10\.96\.0\.10\/32 -p udp -m comment --comment "kube-system\/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-/)
    expect(rules).toMatch(/--comment "kube-system\/kube-dns:dns-tcp cluster IP" -m tcp --dport 53/)
  })
})

describe('it is always DNS', () => {
  const noWord = 'curl -sS -m 8 http://web'

  test('nobody is behind the Service: the node refuses at once', () => {
    run('scale deployment coredns -n kube-system --replicas=0')
    cluster.run({ for: '10s' })
    expect(asks(noWord)).toContain('Could not resolve host: web')
    expect(asks(`dig ${full}`)).toContain(';; communications error to 10.96.0.10#53: connection refused')
    expect(asks(`nslookup ${full}`)).toContain('connection refused')
    expect(steps('NameUnanswered').at(-1)).toMatchObject({ from: 'service/kube-system/kube-dns', to: 'pod/default/client', detail: { error: 'refused' } })
    // By address all is well.
    expect(asks('sh -c "curl -s http://$WEB_SERVICE_HOST"')).toContain('Welcome to nginx!')
    run('scale deployment coredns -n kube-system --replicas=2')
    cluster.run({ for: '20s' })
    expect(asks(noWord)).toContain('Welcome to nginx!')
  })

  test.each([
    ['the Service is gone', 'delete service kube-dns -n kube-system'],
    ['a policy lets nobody in', 'apply -f policy.yaml'],
  ])('%s: nobody says a word', (_, line) => {
    const policy = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: shut, namespace: kube-system }\nspec: { podSelector: { matchLabels: { k8s-app: kube-dns } }, policyTypes: [Ingress] }\n'
    run(line, { 'policy.yaml': policy })
    cluster.run({ for: '5s' })
    const from = cluster.now
    expect(asks(noWord)).toContain('Resolving timed out after 80')
    expect(cluster.now - from).toBeGreaterThanOrEqual(8000)
    expect(asks(`dig ${full}`)).toContain('timed out')
    expect(steps('NameUnanswered').at(-1)!.detail).toMatchObject({ error: 'timeout' })
  })

  test('a server that is not ready gets no question', () => {
    const [pod] = run('get pods -n kube-system -l k8s-app=kube-dns -o name').split('\n')
    const name = pod!.replace('pod/', '')
    cluster.fault({ type: 'probe-corrupt', namespace: 'kube-system', pod: name, container: 'coredns' })
    cluster.run({ for: '35s' })
    const before = steps('NameRouted').length
    for (let i = 0; i < 12; i++) asks(`dig +short ${full}`)
    expect(new Set(steps('NameRouted').slice(before).map(({ to }) => to))).not.toContain(`pod/kube-system/${name}`)
  })

  test('a pod of the node\'s own DNS policy does not ask the cluster', () => {
    run('apply -f p.yaml', { 'p.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: plain }\nspec: { dnsPolicy: Default, containers: [{ name: c, image: nicolaka/netshoot, command: [sleep, "3600"] }] }\n' })
    run('scale deployment coredns -n kube-system --replicas=0')
    cluster.run({ for: '15s' })
    expect(run('exec plain -- dig +short example.com')).toBe('93.184.215.14\n')
    expect(run('exec plain -- curl -sS http://web')).toContain('Could not resolve host')
  })
})

describe('the Corefile', () => {
  test.each<[what: string, from: string, to: string, line: string, answer: RegExp]>([
    ['rewrite', 'ready\n', `ready\n    rewrite name shop.example.org ${full}\n`, 'dig +short shop.example.org', /^10\.\d/],
    ['rewrite of a suffix', 'ready\n', 'ready\n    rewrite name suffix .corp.lan .default.svc.cluster.local\n', 'dig +short web.corp.lan', /^10\.\d/],
    ['rewrite by a pattern', 'ready\n', String.raw`ready
    rewrite name regex (.*)\.lan\. {1}.default.svc.cluster.local
`, 'dig +short web.lan', /^10\.\d/],
    ['hosts', 'ready\n', 'ready\n    hosts {\n       192.0.2.7 db.lan\n       fallthrough\n    }\n', 'dig +short db.lan', /^192\.0\.2\.7\n/],
    ['hosts without a way through', 'ready\n', 'ready\n    hosts {\n       192.0.2.7 db.lan\n    }\n', `dig ${full}`, /status: SERVFAIL/],
    ['another zone', 'kubernetes cluster.local', 'kubernetes cluster.local corp.internal', 'dig +short web.default.svc.corp.internal', /^10\.\d/],
    ['not the cluster\'s zone', 'kubernetes cluster.local', 'kubernetes corp.internal', `dig ${full}`, /status: NXDOMAIN/],
    ['forward to nobody', 'forward . /etc/resolv.conf', 'forward . 10.1.2.3', 'dig example.com', /status: SERVFAIL/],
    ['forward to the world', 'forward . /etc/resolv.conf', 'forward . 8.8.8.8', 'dig +short example.com', /^93\./],
    ['pods', 'pods insecure', 'pods disabled', 'dig 10-244-1-2.default.pod.cluster.local', /status: NXDOMAIN/],
  ])('%s', (_, from, to, line, answer) => {
    configure(corefile.replace(from, to))
    expect(asks(line)).toMatch(answer)
  })

  test('log: every question is written down', () => {
    configure(corefile.replace('errors\n', 'errors\n    log\n'))
    asks('curl -s http://web.other')
    expect(logs()).toMatch(/\[INFO\] 10\.244\.\d\.\d+:\d+ - \d+ "A IN web\.other\.default\.svc\.cluster\.local\. udp \d+ false 512" NXDOMAIN qr,aa,rd \d+ 0\.000\d+s/)
    expect(logs()).toMatch(/"AAAA IN web\.other\.svc\.cluster\.local\./)
  })

  test('errors: what could not be found out is written down', () => {
    configure(corefile.replace('forward . /etc/resolv.conf', 'forward . 10.1.2.3'))
    asks('dig example.com')
    expect(logs()).toContain('[ERROR] plugin/errors: 2 example.com. A: read udp')
  })

  test('a plugin that has no effect here is named in the log', () => {
    configure(corefile.replace('ready\n', 'ready\n    autopath @kubernetes\n'))
    expect(logs()).toContain('[WARNING] plugin/autopath: not simulated here: it has no effect')
  })

  test('so is what it wants taken in', () => {
    configure(corefile.replace('ready\n', 'ready\n    import custom/*.override\n').replace(/$/, 'import custom/*.server\n'))
    expect(logs()).toContain('[WARNING] import custom/*.override: not simulated here: nothing is taken in')
    expect(logs()).toContain('[WARNING] import custom/*.server: not simulated here')
    expect(asks(`dig +short ${full}`)).toMatch(/^10\./)
  })

  test('a resolv.conf of one\'s own is followed to nobody, too', () => {
    run('apply -f p.yaml', { 'p.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: own }\nspec: { dnsConfig: { options: [{ name: ndots, value: "2" }] }, containers: [{ name: c, image: nicolaka/netshoot, command: [sleep, "3600"] }] }\n' })
    cluster.run({ for: '10s' })
    expect(run('exec own -- curl -s http://web')).toContain('Welcome to nginx!')
    run('scale deployment coredns -n kube-system --replicas=0')
    cluster.run({ for: '10s' })
    expect(run('exec own -- curl -sS http://web')).toContain('Could not resolve host: web')
  })

  test.each<[what: string, from: string, to: string, words: string]>([
    ['a word that is no plugin', 'loadbalance', 'loadbalancer', "/etc/coredns/Corefile:22 - Error during parsing: Unknown directive 'loadbalancer'"],
    ['a brace too few', '    loadbalance\n}', '    loadbalance\n', "Syntax error: Unexpected token 'loadbalance', expecting '}'"],
    ['a property that is none', 'pods insecure', 'podds insecure', "plugin/kubernetes: /etc/coredns/Corefile:8 - Error during parsing: unknown property 'podds'"],
    ['a name to forward to', 'forward . /etc/resolv.conf', 'forward . dns.google', 'plugin/forward: not an IP address or file: "dns.google"'],
    ['itself to forward to', 'forward . /etc/resolv.conf', 'forward . 127.0.0.1', '[FATAL] plugin/loop: Loop'],
  ])('%s: new servers crash, old ones serve on', (_, from, to, words) => {
    configure(corefile.replace(from, to))
    const pods = run('get pods -n kube-system -l k8s-app=kube-dns')
    expect(pods).toMatch(/0\/1 +(Error|CrashLoopBackOff)/)
    const crashed = pods.split('\n').find((line) => / 0\/1 /.test(line))!.split(' ')[0]!
    expect(run(`logs -n kube-system ${crashed}`)).toContain(words)
    expect(asks(`dig +short ${full}`)).toMatch(/^10\./)
  })

  test('is read again by a server that runs; one that is wrong changes nothing', () => {
    run("patch configmap coredns -n kube-system --type merge -p '{\"data\":{\"Corefile\":\".:53 {\\n  nonsense\\n}\\n\"}}'")
    cluster.run({ for: '3m' })
    expect(logs()).toContain("[ERROR] Restart failed: /etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'nonsense'")
    expect(asks(`dig +short ${full}`)).toMatch(/^10\./)
    const text = corefile.replace('ready\n', `ready\n    rewrite name shop.lan ${full}\n`)
    run(`patch configmap coredns -n kube-system --type merge -p '${JSON.stringify({ data: { Corefile: text } })}'`)
    cluster.run({ for: '3m' })
    expect(logs()).toContain('[INFO] Reloading complete')
    expect(asks('dig +short shop.lan')).toMatch(/^10\./)
  })

  test('without "ready" nobody becomes ready', () => {
    configure(corefile.replace('    ready\n', ''))
    expect(run('get pods -n kube-system -l k8s-app=kube-dns')).toMatch(/0\/1 +Running/)
    expect(run('get events -n kube-system')).toMatch(/Readiness probe failed: Get "http:\/\/10\.244\.\d\.\d+:8181\/ready": dial tcp .*connection refused/)
  })
})
