import { expect, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from '../testing/lab.ts'

const image = 'registry.k8s.io/e2e-test-images/agnhost:2.56'
const agnhost = (args: string[], o: LabOptions = {}, ms = 2_000): Lab => new Lab({ image, args, ...o }).start().until(ms)
const bodyOf = (lab: Lab, path: string, port = 8080): unknown => (lab.get(path, { port }) as { body?: string }).body

test.each([
  [['--new_file_0666=/v/new', '--file_perm=/v/new', '--fs_type=/v', '--file_owner=/v/new'], {}, 'mount type of "/v": tmpfs\ncontent of file "/v/new": mount-tester new file\n\nperms of file "/v/new": -rw-rw-rw-\nowner UID of "/v/new": 0\nowner GID of "/v/new": 0\n', 0],
  [['--file_mode=/v', '--fs_type=/'], {}, 'mount type of "/": 2035054128\nmode of file "/v": drwxrwxrwx\n', 0],
  [['--file_content=/v/none', '--file_mode=/v/none'], {}, 'error from Stat("/v/none"): stat /v/none: no such file or directory\nerror reading file content for "/v/none": open /v/none: no such file or directory\n', 1],
  [['--file_content_in_loop=/v/none', '--retry_time=4'], {}, 'Error reading file /v/none: open /v/none: no such file or directory, retrying\n'.repeat(2), 1],
  [['--new_file_0644=/new'], { user: 1000 }, 'error writing new file "/new": open /new: permission denied\n', 1],
])('mounttest %j', (args, o, output, exitCode) => {
  const source = new FileSystem({ now: () => LAB_START, inMemory: true })
  source.mkdir('/', { mode: 0o777 })
  source.chmod('/', 0o777, { cwd: '/', who: { uid: 0, gid: 0, groups: [] } })
  const lab = agnhost(['mounttest', ...args], { mounts: [{ path: '/v', source, readOnly: false }], ...o }, 10_000)
  expect([lab.output, lab.exit?.exitCode]).toEqual([output, exitCode])
})

test('netexec runs a command, keeps a file, is sent elsewhere, ends when it is told to', () => {
  const lab = agnhost(['netexec'])
  expect(bodyOf(lab, '/shell?cmd=echo%20a;echo%20b%20%3E%262')).toBe('{"output":"a\\nb\\n"}')
  expect(bodyOf(lab, '/shell?shellCommand=exit+3')).toBe('{"error":"exit status 3"}')
  expect(lab.os.processes()).toHaveLength(1)
  const form = '--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhello\n\r\n--x--\r\n'
  const { output } = JSON.parse((lab.get('/upload', { port: 8080, method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: form }) as { body: string }).body) as { output: string }
  expect(lab.os.files.readText(output)).toBe('hello\n')
  expect(lab.get('/redirect?location=/echo%3Fmsg=a&code=307', { port: 8080 })).toMatchObject({ status: 307, headers: { location: '/echo?msg=a' } })
  expect(lab.get('/exit?code=4&wait=3s&timeout=1s', { port: 8080 })).toMatchObject({ status: 200, tookMs: expect.closeTo(3000, -2) })
  expect(lab.exit?.exitCode).toBe(4)
})

test('netexec dials another over HTTP and UDP, itself too, and says what came of it', () => {
  const lab = agnhost(['netexec', '--udp-port=8081'])
  lab.neighbour('peer', { image, args: ['netexec', '--http-port=8083', '--udp-port=9000'] })
  lab.until(lab.elapsed + 1000)
  const dial = (query: string): string => String(bodyOf(lab, `/dial?${query}`))
  expect(dial('host=peer&port=8083&request=hostname&protocol=http&tries=2')).toBe('{"responses":["peer","peer"]}')
  expect(dial('host=peer&port=9000&request=echo%20Hi&protocol=udp')).toBe('{"responses":["hi"]}')
  expect(dial('host=127.0.0.1&port=8080&request=hostname')).toBe('{"responses":["web"]}')
  expect(dial('host=peer&port=9001&request=hostname&protocol=udp')).toMatch(/^\{"errors":\["reading from udp connection failed\. err:'read udp 10\.244\.1\.5:40000->10\.96\.0\.\d+:9001: read: connection refused'"\]\}$/)
  expect(dial('host=peer&port=1')).toBe('request parameter not specified. <nil>\n')
})

test('netexec goes on serving for a while after TERM when it is to', () => {
  const lab = agnhost(['netexec', '--delay-shutdown=5'])
  lab.os.signal('TERM')
  lab.until(4_000)
  expect(bodyOf(lab, '/hostname')).toBe('web')
  expect(lab.until(8_000).exit?.exitCode).toBe(0)
  expect(lab.exitedAt).toBe(7_000)
})

test('serve-hostname speaks HTTP, or TCP and UDP, and does not hurry to end', () => {
  const http = agnhost(['serve-hostname'])
  expect(bodyOf(http, '/', 9376)).toBe('web')
  http.os.signal('TERM')
  expect(bodyOf(http.until(50_000), '/', 9376)).toBe('web')
  expect(http.until(70_000).exit?.exitCode).toBe(0)
  const udp = agnhost(['serve-hostname', '--udp', '--http=false', '--port=5000'])
  expect(udp.get('', { port: 5000, method: 'UDP', path: '' })).toMatchObject({ body: 'web' })
  expect(agnhost(['serve-hostname', '--udp']).exit?.exitCode).toBe(1)
})

test('porter serves what its environment says', () => {
  const lab = agnhost(['porter', '--json-response'], { env: { SERVE_PORT_80: 'a', SERVE_TLS_PORT_460: 'b', SERVE_UDP_PORT_80: 'c' } })
  expect(lab.get('/x', { method: 'PUT' })).toMatchObject({ body: '{"Method":"PUT","Body":"a"}' })
  expect(lab.get('/', { port: 460 })).toMatchObject({ status: 200 })
  expect(lab.os.listening(460)?.secure).toBe(true)
  expect(lab.get('', { method: 'UDP' })).toMatchObject({ body: 'c' })
})

test.each([
  ['peer:8080', 0, ''],
  ['peer:9', 1, 'REFUSED\n'],
  ['--protocol=udp peer:8081', 0, ''],
  ['--protocol=udp --udp-data=nonsense --timeout=2s peer:8081', 1, 'TIMEOUT: read udp: i/o timeout\n'],
  ['--protocol=udp peer:9', 1, 'REFUSED: read udp: read: connection refused\n'],
  ['nobody:80', 1, 'DNS: lookup nobody: no such host\n'],
  ['peer', 1, 'UNKNOWN: address peer: missing port in address\n'],
])('connect %s', (args, exitCode, stderr) => {
  const lab = agnhost(['pause'])
  lab.neighbour('peer', { image, args: ['netexec'] })
  lab.until(lab.elapsed + 1000)
  expect(lab.exec(['/agnhost', 'connect', ...args.split(' ')])).toMatchObject({ exitCode, stderr })
})

test('nettest counts who has called', () => {
  const lab = agnhost(['nettest'])
  expect(lab.get('/write', { port: 8080, method: 'POST', body: '{"Source": "prestop"}' })).toMatchObject({ body: '{"Hostname":"web"}\n' })
  expect(JSON.parse(String(bodyOf(lab, '/read')))).toMatchObject({ Hostname: 'web', Received: { prestop: 1 }, Errors: null })
})

test('test-webserver lists a directory', () => {
  expect(bodyOf(agnhost(['test-webserver']), '/', 80)).toContain('<a href="etc/">etc/</a>\n')
})

test.each([[{ user: 1000 }, 'Effective uid: 0\n'], [{ user: 1000, linux: { oomScoreAdj: 0, noNewPrivileges: true } }, 'Effective uid: 1000\n']])('a setuid program %j', (o, output) => {
  expect(new Lab({ image: 'registry.k8s.io/e2e-test-images/nonewprivs:1.3', ...o }).start().run().output).toBe(output)
})

test('a file whose mode says so makes of everybody its owner', () => {
  const script = 'cp /bin/id /tmp/id; chmod 4755 /tmp/id; su -s /bin/sh nobody -c /tmp/id || true; stat -c %A /tmp/id'
  expect(new Lab({ command: ['sh', '-c', script] }).start().run().output).toMatch(/-rwsr-xr-x\n$/)
})
