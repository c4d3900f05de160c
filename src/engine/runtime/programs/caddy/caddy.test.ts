import { expect, test } from 'vitest'
import { Lab } from '../../testing/lab.ts'

function serving(file: string | undefined, args?: string[]): Lab {
  const lab = new Lab({ image: 'caddy:2', env: { GREETING: 'hi' }, ...(args === undefined ? {} : { command: args }) })
  lab.neighbour('app', { image: 'traefik/whoami' })
  if (file !== undefined) lab.os.files.writeText('/etc/caddy/Caddyfile', file)
  lab.os.files.writeText('/srv/index.html', '<p>home</p>\n')
  lab.os.files.writeText('/srv/docs/a.txt', 'text\n')
  lab.until(1000).start().until(2000)
  lab.os.install('/usr/bin/curl', 'curl')
  return lab
}

const asked = (lab: Lab, line: string): string => lab.exec(['sh', '-c', `curl -s ${line}`]).stdout.replaceAll('\r', '')

const site = `{
  admin off
}
:80 {
  root * /srv
  @posts { method POST }
  respond @posts "posted" 201
  respond /hi "{$GREETING} {host}{uri}"
  respond /teapot 418
  reverse_proxy /api/* app:80 { header_up X-A {method} }
  handle_path /inner/* { respond "{path}" }
  redir /old /new permanent
  header X-Made "by caddy"
  file_server
}
:8080
`.replace(/:8080\n$/, 'other.local:8080 {\n  respond "other"\n}\n')

// caddyserver/caddy: caddyconfig/httpcaddyfile
test.each<[line: string, seen: RegExp]>([
  ['localhost/hi', /^hi localhost\/hi$/],
  ['-i localhost/', /^HTTP\/1\.1 200 OK\n(?=[\s\S]*^Server: Caddy$)[\s\S]*^X-Made: by caddy$[\s\S]*<p>home<\/p>\n$/im],
  ['localhost/docs/a.txt', /^text\n$/],
  ['-o /dev/null -w "%{http_code}" localhost/none', /^404$/],
  ['-o /dev/null -w "%{http_code}" localhost/teapot', /^418$/],
  ['-X POST -w "%{http_code}" localhost/x', /^posted201$/],
  ['localhost/api/x', /^GET \/api\/x HTTP\/1\.1$(?=[\s\S]*^X-A: GET$)[\s\S]*^X-Forwarded-For: /m],
  ['localhost/inner/deep', /^\/deep$/],
  ['-o /dev/null -w "%{http_code} %{redirect_url}" localhost/old', /^301 http:\/\/localhost\/new$/],
  ['-H "Host: other.local" localhost:8080', /^other$/],
])('%s', (line, seen) => expect(asked(serving(site), line)).toMatch(seen))

test('a site without braces, the page of the image, and a file that is wrong', () => {
  expect(asked(serving(':80\nrespond "one line"\n'), 'localhost')).toBe('one line')
  expect(asked(serving(undefined), 'localhost')).toContain('<title>Caddy works!</title>')
  const lab = serving(':80 {\n  serve_files\n}\n')
  expect(lab.exit?.exitCode).toBe(1)
  expect(lab.output).toBe('Error: adapting config using caddyfile: Caddyfile:2: unrecognized directive: serve_files\n')
})

test.each<[args: string[], seen: string]>([
  [['caddy', 'respond', '--listen', ':80', '--body', 'flag'], 'flag'],
  [['caddy', 'reverse-proxy', '--from', ':80', '--to', 'app:80'], 'Hostname: app'],
  [['caddy', 'file-server', '--root', '/srv'], '<p>home</p>'],
])('%j', (args, seen) => expect(asked(serving(undefined, args), 'localhost')).toContain(seen))

test('nobody behind it', () => {
  const lab = serving(':80 {\n  reverse_proxy app:81\n}\n')
  expect(asked(lab, '-w "%{http_code}" localhost')).toBe('502')
  expect(lab.output).toContain('"msg":"dial tcp: connect: connection refused"')
})
