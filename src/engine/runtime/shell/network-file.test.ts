import { expect, it } from 'vitest'
import { Lab } from '../testing/lab.ts'

const said = (script: string, image = 'ubuntu'): string => {
  const lab = new Lab({ image, command: ['sleep', '100'] }).start()
  lab.neighbour('shop', { image: 'nginx' })
  lab.until(2000)
  const { stdout, stderr } = lab.exec([image === 'ubuntu' ? 'bash' : 'sh', '-c', script])
  return stdout + stderr
}

it.each([
  ['</dev/tcp/shop/80 && echo open', 'open\n'],
  ['(echo > /dev/tcp/shop/80) >/dev/null 2>&1 && echo up', 'up\n'],
  ['exec 3<>/dev/tcp/shop/80; echo hello >&3; cat <&3; echo $?', '0\n'],
  ['</dev/tcp/shop/81', 'bash: connect: Connection refused\nbash: line 1: /dev/tcp/shop/81: Connection refused\n'],
  ['</dev/tcp/nowhere/80', 'bash: nowhere: Name or service not known\nbash: line 1: /dev/tcp/nowhere/80: Invalid argument\n'],
  ['</dev/tcp/1.1.1.1/443 && echo open', 'open\n'],
])('bash connects: %s', (script, words) => expect(said(script)).toBe(words))

it('no other shell does', () => expect(said('</dev/tcp/shop/80', 'busybox')).toBe("sh: can't open /dev/tcp/shop/80: no such file\n"))
