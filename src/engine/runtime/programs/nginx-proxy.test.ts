import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from '../testing/lab.ts'

function configured(conf: string): LabOptions {
  const folder = new FileSystem({ now: () => LAB_START })
  folder.writeText('/default.conf', conf)
  return { image: 'nginx:1.27', mounts: [{ path: '/etc/nginx/conf.d', source: folder, readOnly: true }] }
}

/** nginx with this file as its default.conf, beside two that tell what they were asked. */
function proxying(conf: string, more: Record<string, string> = {}): Lab {
  const lab = new Lab(configured(conf))
  for (const name of ['one', 'two']) lab.neighbour(name, configured('server { listen 80; return 200 "$hostname $request_uri $http_host $http_x_real_ip\\n"; }'))
  for (const [path, text] of Object.entries(more)) lab.os.files.writeText(path, text)
  return lab.until(3_000).start().until(6_000)
}

const shown = (lab: Lab, line: string): string => lab.exec(['sh', '-c', line]).stdout

test('requests go to the servers of a group in turn, and past one that cannot be reached', () => {
  const lab = proxying('upstream app { server one; server two:80; server one:81 backup; }\nserver { listen 80; location / { proxy_pass http://app; } }')
  expect([1, 2, 3].map(() => shown(lab, 'curl -s localhost/x'))).toEqual(['one /x app \n', 'two /x app \n', 'one /x app \n'])
  expect(lab.output).not.toContain('[error]')
  const dead = proxying('upstream app { server one:81; server two; }\nserver { listen 80; location / { proxy_pass http://app; } }')
  expect(shown(dead, 'curl -s -o /dev/null -w "%{http_code}" localhost')).toBe('200')
  expect(dead.output).toMatch(/\[error\] .*connect\(\) failed \(111: Connection refused\) while connecting to upstream, client: .*, upstream: "http:\/\/10\.96\.0\.\d+:81\/", host: "localhost"/)
})

test.each<[string, string, number]>([
  ['server {\n  listen 80;\n  location / { proxy_pass http://nobody:8080/api; }\n}', 'host not found in upstream "nobody:8080/api" in /etc/nginx/conf.d/default.conf:3', 1],
  ['upstream app {\n  server one;\n  server gone:90;\n}', 'host not found in upstream "gone:90" in /etc/nginx/conf.d/default.conf:3', 1],
  ['server {\n  listen 80\n}', 'unexpected "}" in /etc/nginx/conf.d/default.conf:3', 1],
])('%s ends nginx', (conf, words, code) => {
  const lab = proxying(conf.startsWith('upstream') ? `${conf}\nserver { listen 80; location / { proxy_pass http://app; } }` : conf)
  expect(lab.exit).toMatchObject({ exitCode: code })
  expect(lab.output).toMatch(/\[emerg\] 1#1: /)
  expect(lab.output).toContain(`nginx: [emerg] ${words}\n`)
})

test.each<[location: string, line: string, seen: string]>([
  ['location /api/ { proxy_pass http://one/; }', 'curl -s "localhost/api/users?x=1"', 'one /users?x=1 one \n'],
  ['location /api/ { proxy_pass http://one; }', 'curl -s localhost/api/users', 'one /api/users one \n'],
  ['location /api { rewrite ^/api/(.*)$ /v2/$1 break; proxy_pass http://one; }', 'curl -s "localhost/api/users?a=b"', 'one /v2/users?a=b one \n'],
  ['location / { proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; proxy_pass http://one; }', 'curl -s -H "Host: shop.local" localhost', 'one / shop.local 10.244.1.9\n'],
  ['set $x one; location / { proxy_pass http://$http_to; }', 'curl -s -o /dev/null -w "%{http_code}" -H "to: one" localhost', '502'],
  ['location / { add_header X-A "$scheme" always; return 418 "tea\\n"; }', 'curl -si localhost | grep -E "X-A|tea" | tr -d "\\r"', 'X-A: http\ntea\n'],
  ['root /pages; error_page 404 /404.html; location / { }', 'curl -s -w "%{http_code}" localhost/none', 'lost\n404'],
  ['location /old { return 301 $scheme://$host/new$is_args$args; }', 'curl -si localhost/old?q=1 | grep -i location | tr -d "\\r"', 'Location: http://localhost/new?q=1\n'],
  ['location /a { rewrite ^/a$ /b; } location /b { return 200 "b\\n"; }', 'curl -s localhost/a', 'b\n'],
  ['location /a { rewrite ^ https://other.local/ permanent; }', 'curl -si localhost/a | head -n 1 | tr -d "\\r"', 'HTTP/1.1 301 Moved Permanently\n'],
])('%s', (location, line, seen) => {
  expect(shown(proxying(`server { listen 80; ${location} }`, { '/pages/404.html': 'lost\n' }), line)).toBe(seen)
})

test('a name of many leads to the server that has it, or to the one for all others', () => {
  const lab = proxying('server { listen 80; server_name a.local; return 200 "a\\n"; }\nserver { listen 80; server_name *.b.local; return 200 "b\\n"; }\nserver { listen 80 default_server; server_name _; return 200 "any\\n"; }')
  expect(['a.local', 'x.b.local', 'c.local'].map((host) => shown(lab, `curl -s -H "Host: ${host}" localhost`))).toEqual(['a\n', 'b\n', 'any\n'])
})

test('curl trusts nobody in the cluster, unless it is told to', () => {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('apply -f -', `
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { default.conf: 'server { listen 80; listen 443 ssl; return 200 "hello"; }' }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  volumes: [{ name: conf, configMap: { name: conf } }]
  containers: [{ name: nginx, image: nginx, volumeMounts: [{ name: conf, mountPath: /etc/nginx/conf.d }] }]
`)
  c.run({ for: '20s' })
  const rows = [
    ['curl -sS https://localhost', 'curl: (60) SSL certificate problem: self-signed certificate\n'],
    ['curl -s https://localhost', 'command terminated with exit code 60\n'],
    ['curl -sSk https://localhost', 'hello'],
    ['curl -sS --cacert /etc/hostname https://localhost', 'hello'],
    ['curl -sS --cacert /none https://localhost', 'curl: (77) error setting certificate file: /none\n'],
    ['curl -sS https://localhost:80', 'curl: (35) TLS connect error'],
    ['curl -sS https://localhost:444', 'curl: (7) Failed to connect'],
    ['curl -sS https://kubernetes.default', 'curl: (60) SSL certificate problem: unable to get local issuer certificate\n'],
    ['env CURL_CA_BUNDLE=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt curl -sS https://kubernetes.default/version', '{\n  "major": "1",'],
  ] as const
  for (const [line, words] of rows) expect(k(`exec web -- ${line}`).slice(0, words.length)).toBe(words)
})

// nginx: ngx_http_header_filter_module, ngx_http_set_etag
test('the headers of an answer', () => {
  const lab = new Lab({ image: 'nginx:1.27' }).start().until(3000)
  const head = (path: string): string => lab.exec(['curl', '-sI', `localhost${path}`]).stdout.replaceAll('\r', '')
  expect(head('/')).toMatch(/^HTTP\/1\.1 200 OK\nServer: nginx\/1\.27\.5\nDate: Fri, 20 Nov 2026 18:46:13 GMT\nContent-Type: text\/html\nContent-Length: 615\nLast-Modified: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\nConnection: keep-alive\nETag: "[0-9a-f]{8}-267"\nAccept-Ranges: bytes\n\n$/)
  expect(head('/none')).toMatch(/^HTTP\/1\.1 404 Not Found\nServer: nginx\/1\.27\.5\nDate: [^\n]+ GMT\nContent-Type: text\/html\nContent-Length: 153\nConnection: keep-alive\n\n$/)
})

test('curl -w knows where it went', () => {
  const lab = proxying('server { listen 80; location /old { return 302 /new; } location / { return 200 "x"; } }')
  expect(shown(lab, 'curl -s -o /dev/null -w "%{http_code} %{remote_ip} %{redirect_url} %{method}\\n" localhost/old; curl -s -o /dev/null -w "%{remote_ip}" one')).toMatch(/^302 127\.0\.0\.1 http:\/\/localhost\/new GET\n10\.96\.0\.\d+$/)
})

// ngx_stream_proxy_module
test('a stream passes connections on as they are', () => {
  const lab = new Lab({ image: 'nginx:1.27' })
  lab.os.files.writeText('/etc/nginx/nginx.conf', 'events {}\nhttp { server { listen 80; return 200 "web\\n"; } }\nstream { upstream store { server gone:1 down; server keep:6379; } server { listen 7000; proxy_pass store; } server { listen 7001; proxy_pass keep:6379; } }\n')
  lab.neighbour('keep', { image: 'redis:7' })
  lab.until(2000).start().until(4000)
  lab.os.install('/usr/bin/redis-cli', 'redis-cli')
  expect(['7000', '7001'].map((port) => shown(lab, `redis-cli -p ${port} incr n`))).toEqual(['1\n', '2\n'])
  expect(shown(lab, 'curl -s localhost')).toBe('web\n')
})
