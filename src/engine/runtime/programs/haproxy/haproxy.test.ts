import { expect, test } from 'vitest'
import { Lab } from '../../testing/lab.ts'

const base = 'defaults\n  mode http\n  timeout connect 5s\nfrontend web\n  bind *:80\n  default_backend app\nbackend app\n  balance roundrobin\n  server a one:80 check\n  server b two:80 check\n'

/** haproxy with this file beside two servers that tell what they were asked, and a database. */
function balanced(config: string, more: { args?: string[]; image?: string } = {}): Lab {
  const lab = new Lab({ image: more.image ?? 'haproxy:2.9', ...(more.args === undefined ? {} : { args: more.args }), env: { PEER: 'two' } })
  for (const name of ['one', 'two']) lab.neighbour(name, { image: 'python:3.12', command: ['python3', '-c', `
from http.server import BaseHTTPRequestHandler, HTTPServer
class H(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(('${name} ' + self.path + ' ' + str(self.headers.get('X-Who')) + ' ' + str(self.headers.get('X-Forwarded-For')) + '\\n').encode())
HTTPServer(('', 80), H).serve_forever()`] })
  lab.neighbour('store', { image: 'redis:7' })
  lab.os.files.writeText('/usr/local/etc/haproxy/haproxy.cfg', config)
  lab.os.files.writeText('/etc/own.cfg', config)
  for (const tool of ['curl', 'redis-cli']) lab.os.install(`/usr/bin/${tool}`, tool)
  return lab.until(3000).start().until(6000)
}

const asks = (lab: Lab, path = '/'): string => lab.exec(['curl', '-si', '-H', 'Host: shop.local', `http://127.0.0.1${path}`]).stdout.replaceAll('\r', '')

// haproxy/haproxy: doc/configuration.txt, src/cfgparse.c, src/proxy.c
test('requests go to the servers of a backend by turns', () => {
  const lab = balanced(base)
  expect([1, 2, 3].map(() => asks(lab).split('\n').at(-2))).toEqual(['one / None None', 'two / None None', 'one / None None'])
  expect(lab.output).toContain('[NOTICE]   (1) : New worker (8) forked\n')
})

test.each<[about: string, more: string, path: string, seen: RegExp]>([
  ['a backend by its path', '  acl isApi path_beg /api /v1\n  use_backend only if isApi\nbackend only\n  server b two:80\n', '/v1/x', /^two \/v1\/x/m],
  ['a backend by a header, in braces', '  use_backend only if { hdr(host) -i SHOP.local } !{ path / }\nbackend only\n  server b "${PEER}":80\n', '/y', /^two \/y/m],
  ['what is asked goes on with headers', '  option forwardfor\n  http-request set-header X-Who %[req.hdr(host)]\n', '/', /^one \/ shop\.local 10\./m],
  ['another path', '  http-request replace-path /old/(.*) /new/\\\\1\n', '/old/a', /^one \/new\/a/m],
  ['a redirect', '  http-request redirect scheme https code 301 unless { ssl_fc }\n', '/a?b', /^HTTP\/1\.1 301 [\s\S]*^location: https:\/\/shop\.local\/a\?b$/im],
  ['a refusal', '  http-request deny if { path_end .php }\n', '/x.php', /403 Forbidden[\s\S]*administrative rules/],
  ['a page of its own', '  http-request return status 200 content-type text/plain string "fine" if { path /ping }\n', '/ping', /\nfine$/],
  ['a monitor', '  monitor-uri /ready\n', '/ready', /Service ready/],
  ['its page about itself', '  stats enable\n  stats uri /stats\n', '/stats', /Statistics Report for HAProxy/],
  ['a header of the answer', '  http-response set-header X-Made yes\n', '/', /^x-made: yes$/im],
  ['nobody there', '  use_backend none if TRUE\nbackend none\n  server x one:81\n', '/', /503 Service Unavailable[\s\S]*No server is available to handle this request/],
])('%s', (_, more, path, seen) => {
  expect(asks(balanced(base.replace('  default_backend', `${more.split('\nbackend ')[0]}\n  default_backend`) + (more.includes('\nbackend ') ? `backend ${more.split('\nbackend ')[1]}` : '')), path)).toMatch(seen)
})

test('what is no HTTP goes through as it is', () => {
  const lab = balanced('listen redis\n  bind :6379\n  mode tcp\n  server s store:6379\n')
  expect(lab.exec(['redis-cli', 'set', 'a', '1']).stdout).toBe('OK\n')
})

test.each<[config: string, words: string]>([
  [base.replace('one:80', 'gone:80'), "[ALERT]    (1) : config : [/usr/local/etc/haproxy/haproxy.cfg:9] : 'server app/a' : could not resolve address 'gone'.\n[ALERT]    (1) : config : Failed to initialize server(s) addr.\n"],
  [base.trimEnd(), '[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:10]: Missing LF on last line, file might have been truncated at position 24.\n'],
  [base.replace('default_backend app', 'default_backend other'), "[ALERT]    (1) : config : Proxy 'web': unable to find required default_backend: 'other'.\n"],
])('it does not start: %j', (config, words) => {
  const lab = balanced(config)
  expect(lab.exit?.exitCode).toBe(1)
  expect(lab.output).toContain(words)
})

test('its options come behind the entry point of the image', () => {
  const lab = balanced(base, { args: ['-f', '/etc/own.cfg'] })
  expect(lab.exit).toBeUndefined()
  expect(lab.os.listening(80)).toBeDefined()
})

test('it writes down what passes, where it is told to', () => {
  const lab = balanced(base.replace('mode http', 'mode http\n  log stdout format raw local0\n  option httplog'))
  asks(lab, '/z')
  expect(lab.output).toMatch(/^\S+:\d+ \[20\/Nov\/2026:18:46:\d\d\.\d{3}\] web app\/a 0\/0\/0\/\d+\/\d+ 200 \d+ - - ---- 1\/1\/0\/0\/0 0\/0 "GET \/z HTTP\/1\.1"$/m)
})
