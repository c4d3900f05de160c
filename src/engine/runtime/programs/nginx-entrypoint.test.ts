import { describe, expect, it, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from '../testing/lab.ts'

function volume(files: Record<string, string>, mode = 0o644): FileSystem {
  const fs = new FileSystem({ now: () => LAB_START })
  for (const [path, text] of Object.entries(files)) fs.writeText(path, text, { mode })
  return fs
}

const started = (o: LabOptions): Lab => new Lab({ image: 'nginx:1.27', ...o }).start().until(2000)

describe('what is printed before nginx runs', () => {
  it.each<[string, LabOptions, RegExp | string]>([
    ['an image of today', {}, /Enabled listen on IPv6 in .*\n(.*\n)*.*ready for start up\n.* using the "epoll" event method\n/],
    ['an old image', { image: 'nginx:1.14.2' }, ''],
    ['one that says nothing of itself yet', { image: 'nginx:1.19' }, /ready for start up\n$/],
    ['a read-only root', { readOnlyRootFilesystem: true, mounts: [{ path: '/var/cache/nginx', source: volume({}), readOnly: false }] }, /can not modify \/etc\/nginx\/conf\.d\/default\.conf \(read-only file system\?\)\n/],
    ['no default configuration', { mounts: [{ path: '/etc/nginx/conf.d', source: volume({}), readOnly: true }] }, /default\.conf is not a file or does not exist\n/],
    ['a configuration of the pod\'s own', { mounts: [{ path: '/etc/nginx/conf.d', source: volume({ 'default.conf': 'server { listen 80; }' }), readOnly: false }] }, /default\.conf differs from the packaged version\n/],
    ['nothing to be done', { mounts: [{ path: '/docker-entrypoint.d', source: volume({}), readOnly: true }] }, /^\/docker-entrypoint\.sh: No files found in \/docker-entrypoint\.d\/, skipping configuration\n/],
    ['quiet logs', { env: { NGINX_ENTRYPOINT_QUIET_LOGS: '1' } }, /^[\d/]+ [\d:]+ \[notice\] 1#1: using/],
    ['the unprivileged image', { image: 'nginxinc/nginx-unprivileged' }, /Enabled listen on IPv6/],
    ['an image around it', { image: 'registry.k8s.io/nginx-slim:0.21' }, /start worker process 2\n$/],
    ['an image that has it among others', { image: 'praqma/network-multitool' }, /start worker process 2\n$/],
    ['another command', { args: ['ls', '/docker-entrypoint.d'] }, '10-listen-on-ipv6-by-default.sh\n15-local-resolvers.envsh\n20-envsubst-on-templates.sh\n30-tune-worker-processes.sh\n'],
    ['no such command', { args: ['sapod'] }, '/docker-entrypoint.sh: 47: exec: sapod: not found\n'],
    ['no capability to give directories away', { capabilities: 0n }, /nginx: \[emerg\] chown\("\/var\/cache\/nginx\/client_temp", 101\) failed \(1: Operation not permitted\)\n$/],
  ])('%s', (_, o, words) => {
    const { output } = started(o)
    if (typeof words === 'string') expect(output).toBe(words)
    else expect(output).toMatch(words)
  })
})

test('its logs go to the output of process 1: whoever opens them elsewhere waits for his own', () => {
  const lab = started({})
  const { exitCode, stdout, stderr } = lab.exec(['timeout', '2', 'cat', '/var/log/nginx/access.log', '/var/log/nginx/error.log'])
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 124, stdout: '', stderr: '' })
})

test('a template becomes a file of the configuration, in which only variables are filled in that there are', () => {
  const template = 'server { listen ${PORT_OF_WEB}; location / { return 200 "$GREETING from $hostname\\n"; } }'
  const lab = started({ env: { PORT_OF_WEB: '8088', GREETING: 'hi' }, mounts: [{ path: '/etc/nginx/templates', source: volume({ 'default.conf.template': template }), readOnly: true }] })
  expect(lab.exec(['curl', '-s', 'localhost:8088']).stdout).toBe('hi from web\n')
  expect(lab.output).toContain('Running envsubst on /etc/nginx/templates/default.conf.template to /etc/nginx/conf.d/default.conf\n')
})

describe('scripts of the pod\'s own', () => {
  const withScript = (script: string, mode: number): Lab => started({ mounts: [{ path: '/docker-entrypoint.d/40-own.sh', source: volume({ s: script }, mode), subPath: 's', readOnly: false }] })

  test('run before nginx', () => {
    const lab = withScript('#!/bin/sh\necho mine > /usr/share/nginx/html/index.html\n', 0o755)
    expect(lab.get('/')).toMatchObject({ body: 'mine\n' })
    expect(lab.output).toContain('Launching /docker-entrypoint.d/40-own.sh\n')
  })

  test('have to be executable', () => expect(withScript('exit 1', 0o644).output).toContain('Ignoring /docker-entrypoint.d/40-own.sh, not executable\n'))
  test('end the container when they fail', () => expect(withScript('#!/bin/sh\nexit 3\n', 0o755).exit?.exitCode).toBe(3))
})

describe('logs', () => {
  const page = (lab: Lab): Lab => {
    lab.exec(['curl', '-s', 'localhost'])
    return lab
  }

  test('go where a volume stands in for the image\'s folder, for a neighbour to read', () => {
    const logs = volume({})
    const { output } = page(started({ mounts: [{ path: '/var/log/nginx', source: logs, readOnly: false }] }))
    expect(output).toMatch(/ready for start up\n$/)
    expect(logs.readText('/access.log')).toMatch(/"GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/[\d.]+" "-"\n$/)
    expect(logs.readText('/error.log')).toContain('start worker processes')
  })

  it.each([
    ['off', 'access_log off;', undefined, false],
    ['to a file', 'access_log /tmp/web.log;', '/tmp/web.log', false],
    ['to the output', 'access_log /dev/stdout;', undefined, true],
  ])('are written %s', (_, directive, path, isShown) => {
    const lab = page(started({ mounts: [{ path: '/etc/nginx/conf.d', source: volume({ 'default.conf': `server { listen 80; ${directive} location / { return 200 ok; } }` }), readOnly: true }] }))
    expect(lab.output.includes('"GET / HTTP/1.1"')).toBe(isShown)
    if (path !== undefined) expect(lab.os.files.readText(path)).toContain('"GET / HTTP/1.1"')
  })

  it.each([
    ['error_log /dev/stderr notice;', true],
    ['error_log /dev/stderr warn;', false],
    ['', false],
  ])('tell what nginx does when the configuration says so: %s', (directive, tells) => {
    const text = `${directive}\nevents {}\nhttp { server { listen 80; } }`
    const { output } = started({ mounts: [{ path: '/etc/nginx/nginx.conf', source: volume({ f: text }), subPath: 'f', readOnly: true }] })
    expect(output.includes('start worker processes')).toBe(tells)
  })
})

test.each([
  ['GET', '/', 200],
  ['HEAD', '/', 200],
  ['POST', '/', 405],
  ['POST', '/nothing', 404],
  ['DELETE', '/nothing', 405],
])('%s %s where files lie: %i', (method, path, status) => {
  const answer = started({}).get(path, { method })
  expect(answer).toMatchObject({ status })
  if (status === 405) expect((answer as { body: string }).body).toContain('<title>405 Not Allowed</title>')
})
