import { expect, test } from 'vitest'
import { Lab } from '../../testing/lab.ts'

function asked(image: string, argv: string[]): { exitCode: number; stdout: string } {
  const lab = new Lab({ image, command: ['sleep', '3600'] })
  lab.neighbour('shop', { image: 'nginx' })
  return lab.start().until(100).exec(argv)
}

const ofBusybox = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n'
const full = 'shop.default.svc.cluster.local'
const notThere = (name: string) => `** server can't find ${name}: NXDOMAIN\n\n`

test.each<[name: string, exitCode: number, stdout: string]>([
  // All of the search list is asked for A and for AAAA, and one name that is not there is a failure.
  ['shop', 1, `${ofBusybox}Name:\t${full}\nAddress: 10.96.0.43\n\n${notThere('shop.svc.cluster.local')}${notThere('shop.cluster.local')}\n${notThere('shop.svc.cluster.local')}${notThere('shop.cluster.local')}`],
  [full, 0, `${ofBusybox}Name:\t${full}\nAddress: 10.96.0.43\n\n\n`],
  ['shop.default', 1, `${ofBusybox}${notThere('shop.default')}${notThere('shop.default')}`],
])('nslookup of busybox asks for %s', (name, exitCode, stdout) => {
  expect(asked('busybox:1.36', ['nslookup', name])).toMatchObject({ exitCode, stdout })
})

test('nslookup of the old busybox asks as programs do', () => {
  const head = 'Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n'
  expect(asked('busybox:1.28', ['nslookup', 'shop'])).toMatchObject({ exitCode: 0, stdout: `${head}Name:      shop\nAddress 1: 10.96.0.43\n` })
  expect(asked('busybox:1.28', ['nslookup', 'nobody'])).toMatchObject({ exitCode: 1, stdout: head, stderr: "nslookup: can't resolve 'nobody'\n" })
})

test.each<[argv: string, exitCode: number, stdout: string]>([
  ['nslookup shop.default', 0, `Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\t${full}\nAddress: 10.96.0.43\n\n`],
  ['nslookup nobody', 1, `Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n${notThere('nobody')}`],
  ['dig +short shop', 0, ''],
  ['dig +short +search shop', 0, '10.96.0.43\n'],
  [`dig +noall +answer ${full}`, 0, `${full}. 30 IN\tA\t10.96.0.43\n`],
  ['dig +noall +answer example.com', 0, 'example.com.\t\t30\tIN\tA\t93.184.215.14\n'],
  ['host shop', 0, `${full} has address 10.96.0.43\n`],
  ['host nobody', 1, 'Host nobody not found: 3(NXDOMAIN)\n'],
])('%s', (line, exitCode, stdout) => {
  expect(asked('nicolaka/netshoot', line.split(' '))).toMatchObject({ exitCode, stdout })
})

test('another resolv.conf is followed: its servers, its search list, its ndots', () => {
  const lab = new Lab({ image: 'alpine', command: ['sleep', '3600'], resolvConf: 'search svc.cluster.local\nnameserver 10.96.0.10\n' })
  lab.neighbour('shop', { image: 'nginx' })
  lab.start().until(100)
  expect(lab.exec(['wget', '-qO-', '-T', '2', 'http://shop'])).toMatchObject({ exitCode: 1, stderr: "wget: bad address 'shop'\n" })
  expect(lab.exec(['wget', '--spider', '-q', `http://${full}`]).exitCode).toBe(0)
})
