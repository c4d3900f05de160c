import { expect, it } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab } from '../testing/lab.ts'

const image = 'example.com/shop:1.0'
const ports = [{ containerPort: 8080 }]

/** Of an image that nobody knows. */
const lab = (command: string[], o: object = {}): Lab => new Lab({ image, command, ports, ...o }).start().until(20_000)

it.each([
  ['the last command', 'start-server --port 8080'],
  ['what the shell becomes', 'exec /opt/shop/bin/server'],
  ['in the end of an and-list', './migrate && ./serve'],
  ['the branch of an if', 'if [ -d /nowhere ]; then exit 1; else serve; fi'],
  ['with a trap', "trap 'exit 0' TERM; serve"],
  ['in the background', 'serve & wait'],
  ['after what is sourced', '. /opt/shop/env.sh; set -e; . /opt/shop/lib/all.sh && serve'],
  ['at the head of the last pipe', 'serve 2>&1 | cat'],
  ['a script of the image', 'bash /app/start.sh'],
  ['from a directory of the image', 'cd /srv/shop && ./run.sh'],
  ['after what another language does first', 'python manage.py migrate && python manage.py runserver 0.0.0.0:8080'],
])('a program of the image is the application as %s', (_, script) => {
  const it = lab(['sh', '-c', script])
  expect(it.output).toBe('')
  expect(it.exit).toBeUndefined()
  expect(it.os.listening(8080)).toBeDefined()
})

it.each([
  ['comes first', ['sh', '-c', 'prepare --all; echo done'], 'done\n', 0],
  ['is a condition', ['sh', '-c', 'until database-ready; do sleep 1; done; echo up'], 'up\n', 0],
  ['is in a loop', ['sh', '-c', 'for i in 1 2; do work $i; echo $i; done'], '1\n2\n', 0],
  ['is substituted', ['sh', '-c', 'echo "<$(version-of-shop)>"'], '<>\n', 0],
  [
    'is copied out of it',
    [
      'sh',
      '-c',
      'cp -r /shop/public/. /tmp/out && cp /shop.war /tmp && cp /bin/shopctl /tmp && cp /shop/plugins/* /tmp; ls /tmp',
    ],
    'out\nshop.war\nshopctl\n',
    0,
  ],
  ['says that it is not there', ['sh', '-c', 'no-such-command'], 'sh: 1: no-such-command: not found\n', 127],
  ['is a script that is not there', ['bash', '/missing.sh'], 'bash: /missing.sh: No such file or directory\n', 127],
])('what a script asks for that %s', (_, command, output, code) => {
  const it = lab(command)
  expect(it.output).toBe(output)
  expect(it.exit?.exitCode).toBe(code)
})

it('is no part of a volume, nor of an image that is known', () => {
  const mounts = [{ path: '/config', source: new FileSystem({ now: () => 0 }), readOnly: false }]
  expect(lab(['sh', '-c', '/config/start.sh'], { mounts }).output).toBe('sh: 1: /config/start.sh: not found\n')
  expect(lab(['sh', '-c', 'start-server'], { image: 'busybox' }).output).toBe('sh: start-server: not found\n')
  expect(lab(['sh', '-c', 'cp /shop.war /tmp'], { image: 'busybox' }).output).toBe(
    "cp: can't stat '/shop.war': No such file or directory\n",
  )
})

it('answers probes and hooks, and not who types', () => {
  const it = lab(['serve'])
  expect(it.exec(['/wait-shutdown'], { ofPod: true })).toMatchObject({ exitCode: 0 })
  expect(it.exec(['sh', '-c', 'shop-ready 8080'], { ofPod: true })).toMatchObject({ exitCode: 0, stderr: '' })
  expect(it.exec(['sh', '-c', 'shop-ready 8080'])).toMatchObject({
    exitCode: 127,
    stderr: 'sh: 1: shop-ready: not found\n',
  })
  expect(it.exec(['/wait-shutdown']).error).toContain('no such file or directory')
})

it('a program that nobody knows is called as its image is', () => {
  const it = new Lab({ image: 'example.com/shop/basket:2', ports }).start().until(2_000)
  expect(it.exec(['sh', '-c', 'pgrep -f basket > /dev/null && echo found']).stdout).toBe('found\n')
})

it.each([7, 64])('whoever limits it to %s MiB knows that it fits', (mebibytes) => {
  const it = new Lab({ image, ports, memoryLimitBytes: mebibytes * 1024 ** 2 }).start().until(20_000)
  expect(it.exit).toBeUndefined()
  expect(it.os.listening(8080)).toBeDefined()
})
