import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

// dest-unreach.org/socat: the addresses of its manual.
test('connections to a port are passed on to another one', () => {
  const lab = new Lab({ image: 'alpine/socat:1.8.0.3', args: ['tcp-listen:6000,fork,reuseaddr', 'tcp-connect:store:6379'] })
  lab.neighbour('store', { image: 'redis:7' })
  lab.until(1000).start().until(2000)
  lab.os.install('/usr/bin/redis-cli', 'redis-cli')
  expect(lab.exec(['redis-cli', '-p', '6000', 'ping']).stdout).toBe('PONG\n')
})

test('a name that nobody knows is told, and the connection closed', () => {
  const lab = new Lab({ image: 'alpine/socat', args: ['TCP-LISTEN:6000,fork', 'TCP:nobody:80'] }).start().until(1000)
  expect(lab.exec(['sh', '-c', 'wget -qO- -T 1 localhost:6000']).exitCode).toBe(1)
  expect(lab.output).toContain('E getaddrinfo("nobody", "NULL", {1,0,1,6}, {}): Name does not resolve\n')
})

test.each<[args: string[], stdin: string, seen: string]>([
  [['-', 'TCP:store:6379'], 'PING\r\n', '+PONG'],
  [['one'], '', 'exactly 2 addresses required (there are 1)'],
])('socat %j', (args, stdin, seen) => {
  const lab = new Lab({ image: 'nicolaka/netshoot', command: ['sleep', '99'] })
  lab.neighbour('store', { image: 'redis:7' })
  const { stdout, stderr } = lab.until(1000).start().exec(['socat', ...args], { stdin })
  expect(stdout + stderr).toContain(seen)
})

test('a command answers each connection', () => {
  const lab = new Lab({ image: 'nicolaka/netshoot', command: ['socat', 'TCP-LISTEN:7000,fork', 'SYSTEM:echo hi, you'] }).start().until(1000)
  expect(lab.exec(['sh', '-c', 'echo | nc -w 1 localhost 7000']).stdout).toBe('hi, you\n')
})
