import { describe, expect, it, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START, type LabOptions, sh } from '../testing/lab.ts'

const started = (o: LabOptions, ms = 2_000) => new Lab(o).start().until(ms)

/** Sends TERM (or the image's stop signal) and tells how it ended within 20 s. */
function stopped(lab: Lab, signal = lab.os.config.image.stopSignal) {
  const from = lab.elapsed
  lab.os.signal(signal)
  lab.until(from + 20_000, () => lab.exit !== undefined)
  return lab.exit?.exitCode
}

function volume(files: Record<string, string>): FileSystem {
  const fs = new FileSystem({ now: () => LAB_START })
  for (const [path, text] of Object.entries(files)) fs.writeText(path, text)
  return fs
}

describe('nginx', () => {
  test('serves its page, probes and 404, and logs what it was asked', () => {
    const lab = started({ image: 'nginx:1.27' })
    expect(lab.get('/')).toMatchObject({ status: 200 })
    expect((lab.get('/') as { body: string }).body).toContain('Welcome to nginx!')
    expect(lab.get('/healthz')).toMatchObject({ status: 404 })
    expect(lab.output).toMatch(/^\/docker-entrypoint\.sh: \/docker-entrypoint\.d\/ is not empty.*\n(.*\n)*.* \[notice\] 1#1: nginx\/1\.27\.5\n(.*\n)*.* \[notice\] 1#1: start worker process \d+\n/)
    expect(lab.output).toContain(
      '10.244.1.1 - - [20/Nov/2026:18:46:12 +0000] "GET /healthz HTTP/1.1" 404 153 "-" "kube-probe/1.34" "-"',
    )
    expect(lab.os.listening(80)).toBeDefined()
    expect(lab.get('/', { port: 8080 })).toEqual({ error: 'refused' })
  })

  test('is not ready when it is told so', () => {
    const lab = started({ image: 'nginx' })
    lab.exec(['curl', '-s', 'http://127.0.0.1/unready'])
    expect(lab.get('/ready')).toMatchObject({ status: 503 })
    lab.exec(['curl', '-s', 'http://127.0.0.1/makeready'])
    expect(lab.get('/ready')).toMatchObject({ status: 200 })
  })

  it.each(['QUIT', 'TERM'])('ends well on %s, at once', (signal) => {
    const lab = started({ image: 'nginx' })
    expect(stopped(lab, signal)).toBe(0)
    expect(lab.output).toMatch(signal === 'QUIT' ? /1#1: signal 3 \(SIGQUIT\) received, shutting down\n/ : /1#1: signal 15 \(SIGTERM\) received, exiting\n/)
    expect(lab.output).toMatch(/\[notice\] 1#1: exit\n$/)
    expect(lab.exitedAt).toBe(2_000)
  })

  test('the preStop hook of the documentation quits it', () => {
    const lab = started({ image: 'nginx' })
    lab.exec(['/bin/sh', '-c', 'nginx -s quit; while killall -0 nginx; do sleep 1; done'])
    expect(lab.exit?.exitCode).toBe(0)
  })

  test('serves what is mounted', () => {
    const mounts = [
      {
        path: '/usr/share/nginx/html',
        source: volume({ 'index.html': 'Hello from the debian container\n', 'a/b.txt': 'deep' }),
        readOnly: true,
      },
    ]
    const lab = started({ image: 'nginx', mounts })
    expect(lab.exec(['curl', '-s', 'localhost']).stdout).toBe('Hello from the debian container\n')
    expect(lab.get('/a/b.txt')).toMatchObject({ status: 200, body: 'deep' })
    expect(lab.get('/a')).toMatchObject({ status: 301, headers: { location: '/a/' } })
    expect(lab.get('/a/')).toMatchObject({ status: 403 })
    expect(
      started({ image: 'nginx', mounts: [{ path: '/usr/share/nginx/html', source: volume({}), readOnly: false }] }).get(
        '/',
      ),
    ).toMatchObject({ status: 403 })
  })

  test('is configured by its file', () => {
    const conf =
      'server { listen 8080; server_name x;\n location / { return 200 "hi from $hostname\\n"; }\n location /api/ { proxy_pass http://backend:80/; }\n location = /old { return 301 /new; } }'
    const lab = new Lab({
      image: 'nginx',
      mounts: [{ path: '/etc/nginx/conf.d', source: volume({ 'default.conf': conf }), readOnly: true }],
    })
    lab.neighbour('backend', { image: 'nginx' })
    lab.start().until(1_000)
    expect(lab.get('/', { port: 8080 })).toMatchObject({ status: 200, body: 'hi from web\n' })
    expect(lab.get('/api/ready', { port: 8080 })).toMatchObject({ status: 200 })
    expect(lab.get('/api/nope', { port: 8080 })).toMatchObject({ status: 404 })
    expect(lab.get('/old', { port: 8080 })).toMatchObject({ status: 301, headers: { location: '/new' } })
    expect(lab.get('/')).toEqual({ error: 'refused' })
  })

  it.each([
    ['server { listen 80 }', 'unexpected "}"'],
    ['serverx { }', 'unknown directive "serverx"'],
    ['http { server { listen 80; }', 'unexpected end of file'],
  ])('a faulty configuration %s ends it', (text, words) => {
    const lab = sh('', {
      image: 'nginx',
      command: undefined,
      mounts: [{ path: '/etc/nginx/nginx.conf', source: volume({ f: text }), subPath: 'f', readOnly: true }],
    })
    expect(lab.exit?.exitCode).toBe(1)
    expect(lab.output).toContain(`nginx: [emerg] ${words}`)
  })

  test('without "daemon off" it goes into the background, and the container ends', () => {
    expect(sh('nginx', { image: 'nginx' }).exit?.exitCode).toBe(0)
  })

  test('needs to write, and a low port needs no root', () => {
    const readOnly = new Lab({ image: 'nginx', readOnlyRootFilesystem: true }).start().run()
    expect(readOnly.output).toContain('mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)')
    const asUser = new Lab({ image: 'nginx', user: 1000 }).start().run()
    expect({ code: asUser.exit?.exitCode, says: asUser.output.includes('(13: Permission denied)') }).toEqual({
      code: 1,
      says: true,
    })
  })

  test('HUP replaces the worker and keeps the master', () => {
    const lab = started({ image: 'nginx' })
    const before = lab.os.processes().map((p) => p.pid)
    lab.exec(['nginx', '-s', 'reload'])
    lab.until(lab.elapsed + 100)
    const after = lab.os.processes()
    expect(after.map((p) => p.argv[0])).toEqual(['nginx: master process nginx -g daemon off;', 'nginx: worker process'])
    expect(after[0]!.pid).toBe(before[0])
    expect(after[1]!.pid).not.toBe(before[1])
    expect(lab.get('/')).toMatchObject({ status: 200 })
  })
})

describe('the examples of books and of the documentation', () => {
  test("kubia: You've hit; as process 1 node does not mind TERM", () => {
    const lab = started({ image: 'luksa/kubia', hostname: 'kubia-abc' })
    expect(lab.get('/', { port: 8080 })).toMatchObject({ status: 200, body: "You've hit kubia-abc\n" })
    expect(lab.exec(['ls', '/var/ready'])).toMatchObject({
      exitCode: 2,
      stderr: "ls: cannot access '/var/ready': No such file or directory\n",
    })
    lab.exec(['touch', '/var/ready'])
    expect(lab.exec(['ls', '/var/ready'])).toMatchObject({ exitCode: 0, stdout: '/var/ready\n' })
    expect(stopped(lab)).toBeUndefined()
  })

  test('kubia-unhealthy fails from the sixth request on', () => {
    const lab = started({ image: 'luksa/kubia-unhealthy' })
    const statuses = Array.from({ length: 7 }, () => (lab.get('/', { port: 8080 }) as { status: number }).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 500, 500])
  })

  test('demoapp can be made to fail its probes', () => {
    const lab = started({ image: 'ikubernetes/demoapp:v1.0' })
    expect(lab.get('/livez')).toMatchObject({ status: 200, body: 'OK' })
    lab.get('/livez', { method: 'POST', body: 'livez=FAIL' })
    expect(lab.get('/livez')).toMatchObject({ status: 506, body: 'FAIL' })
    lab.get('/readyz', { method: 'POST', body: 'readyz=FAIL' })
    expect(lab.get('/readyz')).toMatchObject({ status: 507 })
    expect((lab.get('/') as { body: string }).body).toContain(
      'iKubernetes demoapp v1.0 !! ClientIP: 10.244.1.1, ServerName: web, ServerIP: 10.244.1.5!',
    )
  })

  test('agnhost liveness is well for ten seconds', () => {
    const lab = started({ image: 'registry.k8s.io/e2e-test-images/agnhost:2.40', args: ['liveness'] }, 5_000)
    expect(lab.get('/healthz', { port: 8080 })).toMatchObject({ status: 200, body: 'ok' })
    lab.until(10_500)
    expect(lab.get('/healthz', { port: 8080 })).toMatchObject({ status: 500 })
    expect(stopped(lab)).toBe(2)
  })

  test('agnhost netexec, pause and the others', () => {
    const agnhost = (...args: string[]) => started({ image: 'registry.k8s.io/e2e-test-images/agnhost:2.45', args })
    expect(agnhost('netexec').get('/hostname', { port: 8080 })).toMatchObject({ body: 'web' })
    expect(agnhost('netexec', '--http-port=80').get('/echo?msg=a%20b')).toMatchObject({ body: 'a b' })
    const exits = agnhost('netexec')
    exits.get('/exit?code=3', { port: 8080 })
    expect(exits.until(3_000).exit?.exitCode).toBe(3)
    const pause = agnhost('pause')
    expect(pause.output).toBe('Paused\n')
    expect(stopped(pause)).toBe(0)
    expect(agnhost('entrypoint-tester', 'a', 'b').output).toBe('[/agnhost entrypoint-tester a b]\n')
    expect(agnhost('nonsense').exit?.exitCode).toBe(1)
  })

  test('gRPC health', () => {
    const lab = started({
      image: 'registry.k8s.io/etcd:3.5.1-0',
      command: ['/usr/local/bin/etcd', '--listen-client-urls', 'http://0.0.0.0:2379'],
    })
    expect(lab.get('/grpc.health.v1.Health/Check', { port: 2379, method: 'GRPC' })).toMatchObject({
      status: 200,
      body: 'SERVING',
    })
    expect(lab.os.listening(2379)).toBeDefined()
  })

  test('redis forgets a key when its time is over', () => {
    const lab = new Lab({ image: 'redis:7' }).start().until(1000)
    const cli = (line: string) => lab.exec(['redis-cli', ...line.split(' ')]).stdout.trim()
    expect(['set a 1 EX 2', 'ttl a', 'set b 1', 'ttl b', 'expire b 2', 'set a 2 NX', 'set c 1 EX 0', 'info replication'].map(cli)).toEqual([
      'OK', '2', 'OK', '-1', '1', '', "ERR invalid expire time in 'set' command", '# Replication\nrole:master\nconnected_slaves:0',
    ])
    lab.until(5000)
    expect(['get a', 'exists a b', 'ttl a'].map(cli)).toEqual(['', '0', '-2'])
  })

  test('redis-cli does not understand a web server', () => {
    const lab = new Lab({ image: 'redis:7' }).start().until(1000)
    lab.neighbour('pages', { image: 'nginx:1.27' })
    lab.until(10_000)
    expect(lab.exec(['redis-cli', '-h', 'pages', '-p', '80', 'ping'])).toMatchObject({ exitCode: 1, stderr: 'Error: Protocol error, got "H" as reply type byte\n' })
  })

  test('redis keeps what it is given, and reads its configuration', () => {
    const lab = started({
      image: 'redis:5',
      args: ['/usr/local/etc/redis/redis.conf'],
      mounts: [
        {
          path: '/usr/local/etc/redis',
          source: volume({ 'redis.conf': 'maxmemory 2mb\nmaxmemory-policy allkeys-lru\n' }),
          readOnly: true,
        },
      ],
    })
    const cli = (...words: string[]) => lab.exec(['redis-cli', ...words]).stdout
    expect(cli('ping')).toBe('PONG\n')
    expect(cli('set', 'k', 'v') + cli('get', 'k') + cli('incr', 'n') + cli('get', 'nope')).toBe('OK\nv\n1\n\n')
    expect(cli('CONFIG', 'GET', 'maxmemory')).toBe('maxmemory\n2097152\n')
    expect(lab.exec(['redis-cli', '-h', 'nowhere', 'ping'])).toMatchObject({
      exitCode: 1,
      stderr: 'Could not connect to Redis at nowhere:6379: Name or service not known\n',
    })
    expect(stopped(lab)).toBe(0)
  })

  test('databases want a password', () => {
    expect(started({ image: 'postgres:16' }, 5_000).exit?.exitCode).toBe(1)
    expect(started({ image: 'mysql:8.0' }, 5_000).output).toContain('MYSQL_ROOT_PASSWORD')
    const db = started({ image: 'postgres:16', env: { POSTGRES_PASSWORD: 'x' } }, 1_000)
    expect(db.exec(['pg_isready']).exitCode).toBe(2)
    db.until(5_000)
    expect(db.exec(['pg_isready', '-U', 'postgres'])).toMatchObject({
      exitCode: 0,
      stdout: '127.0.0.1:5432 - accepting connections\n',
    })
    expect(stopped(db)).toBe(0)
  })

  test('pi, hello-app, http-echo, httpd, perl', () => {
    expect(
      new Lab({ image: 'perl:5.34', command: ['perl', '-Mbignum=bpi', '-wle', 'print bpi(50)'] }).start().run().output,
    ).toBe('3.1415926535897932384626433832795028841971693993751\n')
    expect(started({ image: 'gcr.io/google-samples/hello-app:2.0' }).get('/', { port: 8080 })).toMatchObject({
      body: 'Hello, world!\nVersion: 2.0.0\nHostname: web\n',
    })
    expect(started({ image: 'hashicorp/http-echo', args: ['-text=apple'] }).get('/', { port: 5678 })).toMatchObject({
      body: 'apple\n',
    })
    const httpd = started({ image: 'httpd:2.4' })
    expect(httpd.get('/')).toMatchObject({ status: 200, body: '<html><body><h1>It works!</h1></body></html>\n' })
    expect(stopped(httpd)).toBe(0)
  })

  test('the HPA example uses CPU when it is asked', () => {
    const lab = started({ image: 'registry.k8s.io/hpa-example', cpuLimitMillis: 500 })
    const before = lab.os.usage().cpuMs
    for (let i = 0; i < 3; i++) lab.get('/')
    expect(lab.os.usage().cpuMs - before).toBeGreaterThan(800)
  })
})

describe('an image that nobody knows', () => {
  test('serves on its ports', () => {
    const lab = started({ image: 'acme/shop:2', ports: [{ containerPort: 3000 }] })
    expect(lab.get('/anything', { port: 3000 })).toMatchObject({ status: 200 })
    expect(lab.get('/', { port: 80 })).toEqual({ error: 'refused' })
    expect(stopped(lab)).toBe(0)
  })

  test('sleeps when it has none, whatever its command is', () => {
    expect(started({ image: 'acme/worker', command: ['/srv/worker', '--queue=x'] }, 60_000).exit).toBeUndefined()
    expect(new Lab({ image: 'acme/worker', command: ['/no-such-program'] }).os.start().error?.message).toContain(
      'stat /no-such-program: no such file or directory',
    )
  })

  const script = (annotations: Record<string, string>, o: LabOptions = {}) =>
    new Lab({ image: 'acme/app', ports: [{ containerPort: 80 }], annotations, ...o }).start()

  test('does what annotations say', () => {
    expect(script({ 'podreel.dev/exit-after': '5s', 'podreel.dev/exit-code': '3' }).run()).toMatchObject({
      exitedAt: 5_000,
      exit: { exitCode: 3 },
    })
    expect(stopped(script({ 'podreel.dev/ignore-term': 'true' }).until(1_000))).toBeUndefined()
    const failing = script({ 'podreel.dev/probe-fail-after': '10s' }).until(9_000)
    expect(failing.get('/')).toMatchObject({ status: 200 })
    failing.until(11_000)
    expect(failing.get('/')).toMatchObject({ status: 500 })
    expect(
      script(
        { 'podreel.dev/memory': '100Mi', 'podreel.dev/memory-after': '3s' },
        { memoryLimitBytes: 64 * 1024 ** 2 },
      ).run(60_000),
    ).toMatchObject({ exitedAt: 3_000, exit: { exitCode: 137, oom: true } })
    expect(script({ 'podreel.dev/start-after': '5s' }).until(4_000).os.listening(80)).toBeUndefined()
    expect(script({ 'podreel.dev/response-time': '2s' }).until(1_000).get('/')).toMatchObject({
      status: 200,
      tookMs: 2_000,
    })
    expect(script({ 'podreel.dev/cpu': '500m' }).until(10_000).os.usage().cpuMs).toBeGreaterThanOrEqual(5_000)
    expect(script({ 'podreel.dev/log': 'tick', 'podreel.dev/log-every': '1s' }).until(3_500).output).toBe(
      'tick\n'.repeat(4),
    )
  })

  test('an annotation may be meant for one container', () => {
    expect(script({ 'podreel.dev/exit-after.other': '1s' }).until(5_000).exit).toBeUndefined()
    expect(script({ 'podreel.dev/exit-after.app': '1s' }).until(5_000).exit?.exitCode).toBe(0)
  })
})

describe('clients', () => {
  const client = () => {
    const lab = new Lab({ image: 'busybox:1.36', command: ['sleep', '3600'] })
    lab.neighbour('web-svc', { image: 'nginx' })
    return lab.start().until(100)
  }

  it.each([
    [['wget', '-qO-', 'http://web-svc/ready'], { exitCode: 0, stdout: '', stderr: '' }],
    [
      ['wget', '-q', '-O-', 'http://web-svc:8080'],
      { exitCode: 1, stderr: "wget: can't connect to remote host (10.96.0.43): Connection refused\n" },
    ],
    [['wget', '-qO-', 'http://nobody'], { exitCode: 1, stderr: "wget: bad address 'nobody'\n" }],
    [
      ['wget', '-qO-', 'http://web-svc/nope'],
      { exitCode: 1, stderr: 'wget: server returned error: HTTP/1.1 404 Not Found\n' },
    ],
    [['wget', '--spider', '-q', 'http://web-svc/'], { exitCode: 0 }],
    [['nc', '-zv', 'web-svc', '80'], { exitCode: 0, stderr: 'web-svc (10.96.0.43:80) open\n' }],
    [['nc', '-z', 'web-svc', '81'], { exitCode: 1, stderr: 'nc: web-svc (10.96.0.43:81): Connection refused\n' }],
    [['ping', '-c', '1', 'nobody'], { exitCode: 1, stderr: "ping: bad address 'nobody'\n" }],
  ])('%s', (argv, expected) => {
    expect(client().exec(argv)).toMatchObject(expected)
  })

  test('wget saves a file and says so', () => {
    const lab = client()
    expect(lab.exec(['wget', '-O', '/tmp/p', 'http://web-svc/']).stderr).toContain(
      "Connecting to web-svc (10.96.0.43:80)\nsaving to '/tmp/p'\n",
    )
    expect(lab.exec(['grep', '-c', 'Welcome', '/tmp/p']).stdout).toBe('2\n')
  })

  test('an init container of the documentation fetches a page from outside', () => {
    const source = volume({})
    const lab = sh('', {
      command: ['wget', '-O', '/work-dir/index.html', 'http://info.cern.ch'],
      mounts: [{ path: '/work-dir', source, readOnly: false }],
    })
    expect(lab.exit?.exitCode).toBe(0)
    expect(source.readText('index.html')).toContain('home of the first website')
  })

  it.each([
    ['curl -s http://web-svc/ready; echo $?', '0\n'],
    ['curl -s -o /dev/null -w "%{http_code}\\n" http://web-svc/nope', '404\n'],
    ['curl -sf http://web-svc/nope; echo $?', '22\n'],
    ['curl -s nobody; echo $?', '6\n'],
    [
      'curl -sS http://web-svc:81; echo $?',
      'curl: (7) Failed to connect to web-svc port 81 after 2 ms: Could not connect to server\n7\n',
    ],
    ['curl -sI http://web-svc/ | head -1', 'HTTP/1.1 200 OK\r\n'],
  ])('%s', (script, output) => {
    const lab = new Lab({ image: 'curlimages/curl', command: ['sh', '-c', script] })
    lab.neighbour('web-svc', { image: 'nginx' })
    expect(lab.start().run().output).toBe(output)
  })

  test('a shell with nc is a web server', () => {
    const lab = started(
      { command: ['sh', '-c', 'while true; do echo -e "HTTP/1.1 200 OK\\n\\nhello" | nc -l -p 8080; done'] },
      500,
    )
    expect(lab.get('/x', { port: 8080 })).toMatchObject({ status: 200, body: 'hello\n' })
    lab.until(lab.elapsed + 100)
    expect(lab.get('/y', { port: 8080 })).toMatchObject({ status: 200 })
    expect(lab.output).toContain('GET /x HTTP/1.1')
  })

  test('busybox httpd serves a directory', () => {
    const lab = started({ command: ['sh', '-c', 'echo page > /var/www/index.html; httpd -f -p 8080 -h /var/www'] }, 500)
    expect(lab.get('/', { port: 8080 })).toMatchObject({ status: 200, body: 'page\n' })
  })
})
