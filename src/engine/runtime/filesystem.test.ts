import { describe, expect, it, test } from 'vitest'
import { Errno } from './filesystem/errno.ts'
import { basename, dirname, normalize } from './filesystem/path.ts'
import { directory, file } from './filesystem/node.ts'
import { FileSystem } from './filesystem.ts'

const at = (ms: number) => new FileSystem({ now: () => ms })

function refused(f: () => unknown): string {
  try {
    f()
  } catch (e) {
    if (e instanceof Errno) return e.code
    throw e
  }
  return 'allowed'
}

describe('paths', () => {
  it.each([
    ['/a/b/../c/./d//', '/a/c/d'],
    ['/..', '/'],
    ['x', '/work/x'],
    ['../x', '/x'],
  ])('%s is %s', (path, full) => {
    expect(normalize(path, '/work')).toBe(full)
  })

  it.each([
    ['/a/b/c.txt', 'c.txt', '/a/b'],
    ['file', 'file', '.'],
    ['/', '/', '/'],
    ['/a/', 'a', '/'],
  ])('%s: %s in %s', (path, base, directoryName) => {
    expect([basename(path), dirname(path)]).toEqual([base, directoryName])
  })
})

test('writes, reads, lists and removes', () => {
  const fs = at(5)
  fs.writeText('/a/b/c', 'text', { mode: 0o600 })
  fs.writeText('/a/b/c', ' more', { append: true })
  expect(fs.readText('/a/b/c')).toBe('text more')
  expect(fs.stat('/a/b/c')).toMatchObject({ type: 'file', sizeBytes: 9, mode: 0o600, modifiedAt: 5 })
  expect(fs.list('/a')).toEqual(['b'])
  fs.rename('/a/b/c', '/a/d')
  expect([fs.exists('/a/b/c'), fs.readText('/a/d')]).toEqual([false, 'text more'])
  fs.remove('/a')
  expect([fs.exists('/a'), fs.usedBytes, fs.usedInodes]).toEqual([false, 0, 0])
})

test('bytes are counted as UTF-8', () => {
  const fs = at(0)
  fs.writeText('/f', 'aé€😀')
  expect(fs.usedBytes).toBe(1 + 2 + 3 + 4)
})

test('symlinks lead on, also in the middle and in a circle', () => {
  const fs = at(0)
  fs.writeText('/data/v1/color', 'red')
  fs.symlink('/data/current', 'v1')
  fs.symlink('/data/color', 'current/color')
  fs.symlink('/abs', '/data/color')
  expect([fs.readText('/data/color'), fs.readText('/abs')]).toEqual(['red', 'red'])
  expect(fs.realPath('/data/current/color')).toBe('/data/v1/color')
  expect(fs.stat('/data/color', { link: true })).toMatchObject({ type: 'symlink', target: 'current/color' })
  fs.symlink('/x', '/y')
  fs.symlink('/y', '/x')
  expect(refused(() => fs.find('/x'))).toBe('ELOOP')
})

test("the kubelet's atomic update: a new directory, then the link is swapped", () => {
  const fs = at(0)
  fs.writeText('/..2026_1/color', 'red')
  fs.symlink('/..data', '..2026_1')
  fs.symlink('/color', '..data/color')
  fs.writeText('/..2026_2/color', 'blue')
  fs.symlink('/..data_tmp', '..2026_2')
  fs.rename('/..data_tmp', '/..data')
  fs.remove('/..2026_1')
  expect(fs.readText('/color')).toBe('blue')
})

describe('the files of an image', () => {
  const image = directory({ etc: directory({ conf: file('original') }), bin: directory() })
  const container = () => new FileSystem({ now: () => 1, image })

  test('are shared until somebody writes', () => {
    const [a, b] = [container(), container()]
    a.writeText('/etc/conf', 'changed')
    a.writeText('/etc/new', 'x')
    expect([a.readText('/etc/conf'), b.readText('/etc/conf'), b.exists('/etc/new')]).toEqual([
      'changed',
      'original',
      false,
    ])
    a.remove('/bin')
    expect([a.exists('/bin'), b.exists('/bin')]).toEqual([false, true])
  })

  test('do not count as used', () => {
    expect(container().usedBytes).toBe(0)
  })
})

describe('mounts', () => {
  test('a mount hides what is below, and its bytes count where it comes from', () => {
    const [root, volume] = [at(0), at(0)]
    root.writeText('/data/hidden', 'x')
    root.mount({ path: '/data', source: volume, readOnly: false })
    root.writeText('/data/f', 'four')
    expect([root.exists('/data/hidden'), volume.readText('/f'), root.usedBytes, volume.usedBytes]).toEqual([
      false,
      'four',
      1,
      4,
    ])
  })

  test('a subPath is pinned: it does not follow an update', () => {
    const [root, volume] = [at(0), at(0)]
    volume.writeText('/v1/key', 'old')
    volume.symlink('/key', 'v1/key')
    root.mount({ path: '/etc/key', source: volume, subPath: 'key', readOnly: true })
    volume.writeText('/v2/key', 'new')
    volume.remove('/key')
    volume.symlink('/key', 'v2/key')
    expect(root.readText('/etc/key')).toBe('old')
  })

  test('a mount point cannot be removed, a read-only one not be written', () => {
    const [root, volume] = [at(0), at(0)]
    volume.writeText('/f', 'x')
    root.mount({ path: '/m', source: volume, readOnly: true })
    expect(refused(() => root.remove('/m/f'))).toBe('EROFS')
    expect(refused(() => root.rmdir('/m', { cwd: '/', who: { uid: 0, gid: 0, groups: [] } }))).toBe('EBUSY')
    expect(refused(() => root.mount({ path: '/n', source: volume, subPath: 'missing', readOnly: true }))).toBe('ENOENT')
  })

  test('a rename does not cross volumes', () => {
    const [root, volume] = [at(0), at(0)]
    root.mount({ path: '/m', source: volume, readOnly: false })
    root.writeText('/f', 'x')
    expect(refused(() => root.rename('/f', '/m/f'))).toBe('EXDEV')
  })
})

describe('permissions', () => {
  const fs = at(0)
  fs.mkdir('/root', { mode: 0o700 })
  fs.mkdir('/tmp', { mode: 0o1777 })
  fs.mkdir('/shared', { mode: 0o2775, gid: 2000 })
  fs.writeText('/secret', 'x', { mode: 0o400 })
  const as = (uid: number, ...groups: number[]) => ({ cwd: '/', who: { uid, gid: uid, groups: [uid, ...groups] } })

  it.each([
    ['a user in the home of root', () => fs.find('/root/x', as(1000)), 'EACCES'],
    ['root anywhere', () => fs.find('/root', as(0)), 'allowed'],
    ['a user in /', () => fs.makeDirectory('/new', as(1000)), 'EACCES'],
    ['a user in /tmp', () => fs.makeDirectory('/tmp/mine', as(1000)), 'allowed'],
    ["another's directory in /tmp", () => fs.rmdir('/tmp/mine', as(1001)), 'EPERM'],
    ['the group of a volume', () => fs.makeDirectory('/shared/x', as(1000, 2000)), 'allowed'],
    ['not in the group', () => fs.makeDirectory('/shared/y', as(1000)), 'EACCES'],
    ['chown is for root', () => fs.chown('/tmp/mine', 1, 1, as(1000)), 'EPERM'],
  ])('%s', (_, f, answer) => {
    expect(refused(f)).toBe(answer)
  })

  test('a set-group-id directory hands its group on (fsGroup)', () => {
    expect(fs.stat('/shared/x')).toMatchObject({ uid: 1000, gid: 2000 })
  })
})

test('a full volume refuses', () => {
  const fs = new FileSystem({ now: () => 0, capacityBytes: 10 })
  fs.writeText('/f', '12345678')
  expect(refused(() => fs.writeText('/g', '123'))).toBe('ENOSPC')
  fs.remove('/f')
  expect(refused(() => fs.writeText('/g', '123'))).toBe('allowed')
})

test('every change is told, by the path where it was seen', () => {
  const [root, volume] = [at(0), at(0)]
  root.mount({ path: '/v', source: volume, readOnly: false })
  const told: string[] = []
  root.changed = (path) => told.push(path)
  root.writeText('/a', '')
  root.writeText('/v/b', 'x')
  root.remove('/a')
  expect([...new Set(told)]).toEqual(['/a', '/v/b'])
})
