import { expect, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { directory, file } from './node.ts'
import { writtenFiles } from './written.ts'

const image = directory({
  etc: directory({ 'nginx.conf': file('old'), motd: file('hello') }),
  tmp: directory(),
  usr: directory({ bin: directory() }),
})
const paths = (fs: FileSystem): string[] => writtenFiles(fs).map(({ path, sizeBytes }) => `${path} ${sizeBytes}`)

test('only what was written beyond the image, and the volumes that may be written to', () => {
  const now = (): number => 0
  const root = new FileSystem({ now, image })
  const [cache, config] = [new FileSystem({ now }), new FileSystem({ now })]
  config.writeText('/key', 'value')
  root.mount({ path: '/cache', source: cache, readOnly: false })
  root.mount({ path: '/config', source: config, readOnly: true })
  expect(paths(root)).toEqual([])
  root.writeText('/tmp/healthy', '')
  root.writeText('/etc/motd', 'good day')
  root.writeText('/cache/page', '12345')
  expect(paths(root)).toEqual(['/cache/page 5', '/etc/motd 8', '/tmp/healthy 0'])
  root.remove('/tmp/healthy')
  expect(paths(root)).toEqual(['/cache/page 5', '/etc/motd 8'])
})

test('of a crowd the first', () => {
  const root = new FileSystem({ now: () => 0 })
  for (let i = 0; i < 200; i++) root.writeText(`/f${i}`, 'x')
  expect(writtenFiles(root)).toHaveLength(64)
})
