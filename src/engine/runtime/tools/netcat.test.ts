import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

/** What a shell in a busybox prints beside an nginx, a redis and an agnhost. */
function said(line: string): string {
  const lab = new Lab({ command: ['sleep', '3600'] }).start()
  lab.neighbour('nginx', { image: 'nginx:1.27' })
  lab.neighbour('redis', { image: 'redis:7' })
  lab.neighbour('udp', { image: 'registry.k8s.io/e2e-test-images/agnhost:2.56', args: ['netexec'] })
  lab.neighbour('listener', { image: 'busybox', command: ['sh', '-c', 'echo pong | nc -l -p 7000 > /heard'] })
  lab.until(2_000)
  const { stdout, stderr } = lab.exec(['sh', '-c', line])
  return stdout + stderr
}

test.each([
  ['printf "GET / HTTP/1.0\\r\\nHost: nginx\\r\\n\\r\\n" | nc nginx 80 | head -n 1', 'HTTP/1.1 200 OK\r\n'],
  ['printf "HEAD /nope HTTP/1.1\\r\\n\\r\\n" | nc -w 1 nginx 80 | head -n 1', 'HTTP/1.1 404 Not Found\r\n'],
  ['echo hello | nc nginx 80 | head -n 1', 'HTTP/1.1 400 Bad Request\r\n'],
  ['printf "PING\\r\\nSET a hi\\r\\nGET a\\r\\nGET b\\r\\nINCR n\\r\\nKEYS *\\r\\n" | nc redis 6379', '+PONG\r\n+OK\r\n$2\r\nhi\r\n$-1\r\n:1\r\n*2\r\n$1\r\na\r\n$1\r\nn\r\n'],
  ['echo hello | nc redis 6379', "-ERR unknown command 'hello', with args beginning with: \r\n"],
  ['echo hello | nc listener 7000', 'pong\n'],
  ['echo hostName | nc -u -w 1 udp 8081', 'udp'],
  ['nc -z nginx 80 && echo open; nc -z nginx 81 || echo closed', 'open\nclosed\nnc: nginx (10.96.0.43:81): Connection refused\n'],
  ['nc -zu -w 1 udp 8081 && echo open; nc -zu -w 1 udp 8082 || echo closed', 'open\nclosed\nnc: udp (10.96.0.45:8082): Connection refused\n'],
])('%s', (line, output) => {
  expect(said(line)).toBe(output)
})
