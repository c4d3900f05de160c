import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** What the rules of .oxlintrc.json must refuse, where, and a word of the message that names the right place. */
const refused: [path: string, text: string, place: string][] = [
  ['src/engine/a.ts', 'export const a = Date.now()', 'kernel.now'],
  ['src/engine/b.ts', 'export const a = new Date(0)', 'kernel.now'],
  ['src/engine/c.ts', 'export const a = Math.random()', 'kernel.random'],
  ['src/engine/d.ts', 'setTimeout(() => {}, 1)', 'kernel.schedule'],
  ['src/engine/e.ts', 'setInterval(() => {}, 1)', 'kernel.schedule'],
  ['src/engine/f.ts', 'queueMicrotask(() => {})', 'kernel.schedule'],
  ['src/engine/g.ts', 'export const a = Promise.resolve()', 'src/engine/client'],
  ['src/engine/h.ts', 'export type A = Promise<void>', 'src/engine/client'],
  ['src/engine/i.ts', 'export const a = performance.now()', 'bench/'],
  ['src/engine/j.ts', 'export const a = process.env', 'createCluster'],
  ['src/engine/k.ts', 'export const a = document.title', 'src/stage'],
  ['src/engine/l.ts', `export const a = (x: string) => x.localeCompare('b')`, '< and >'],
  ['src/engine/m.ts', 'export const a = (x: number) => x.toLocaleString()', 'src/i18n'],
  ['src/engine/n.ts', 'export const a = crypto.randomUUID()', 'kernel.random'],
  ['src/engine/o.ts', `import { a } from '../stage/a.ts'\nexport const b = a`, 'src/playback'],
  ['src/engine/deep/p.ts', `import { a } from '../../worker/a.ts'\nexport const b = a`, 'src/worker hosts'],
  ['src/engine/q.ts', `import { a } from '../kubectl/a.ts'\nexport const b = a`, 'src/engine/client/program.ts'],
  ['src/engine/r.ts', `import { a } from '../scenarios/a.ts'\nexport const b = a`, 'src/engine/scenario.ts'],
  ['src/engine/s.ts', `import { a } from '../i18n/a.ts'\nexport const b = a`, 'reason codes'],
  ['src/engine/t.ts', `import { a } from 'node:fs'\nexport const b = a`, 'scripts/ and bench/'],
  ['src/engine/u.ts', `import { a } from 'react'\nexport const b = a`, 'src/stage'],
  ['src/kubectl/a.ts', 'export const a = Date.now()', 'input.now()'],
  ['src/kubectl/b.ts', `import { a } from '../engine/etcd/store.ts'\nexport const b = a`, 'front door'],
  ['src/kubectl/c.ts', `import { a } from '../worker/a.ts'\nexport const b = a`, 'src/stage/terminal'],
  ['src/playback/a.ts', `import { a } from '../engine/cluster.ts'\nexport const b = a`, 'src/worker/protocol.ts'],
  ['src/playback/b.ts', `import { a } from '../stage/a.ts'\nexport const b = a`, 'Nothing imports the stage'],
  ['src/worker/a.ts', `import { a } from '../playback/a.ts'\nexport const b = a`, 'src/worker/protocol.ts'],
  ['src/scenarios/a.ts', `import { a } from '../stage/a.ts'\nexport const b = a`, 'downwards'],
  ['src/stage/x/a.ts', `import { a } from '../../engine/etcd/store.ts'\nexport const b = a`, 'src/playback'],
  ['src/stage/x/b.ts', `import { a } from '../../kubectl/index.ts'\nexport const b = a`, 'worker'],
]

const accepted: [path: string, text: string][] = [
  ['src/engine/fine.ts', `import { a } from './api/a.ts'\nexport const b = Math.floor(a)`],
  ['src/engine/a.test.ts', `import { a } from '../kubectl/index.ts'\nexport const b = Date.now() + a`],
  ['src/playback/fine.ts', `import { a } from '../worker/protocol.ts'\nexport const b = a + performance.now()`],
  ['src/stage/x/fine.ts', `import { a } from '../../engine/api/time.ts'\nexport const b = setTimeout(a, 1)`],
]

interface Diagnostic {
  filename: string
  message: string
  help?: string
}

describe('oxlint', () => {
  const root = join(import.meta.dirname, '..')
  let folder = ''
  const said = new Map<string, string>()

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'podreel-lint-'))
    // The rules at hand need no types, and what is written here has none to find.
    const config = readFileSync(join(root, '.oxlintrc.json'), 'utf8').replace('"typeAware": true', '"typeAware": false')
    writeFileSync(join(folder, '.oxlintrc.json'), config)
    for (const [path, text] of [...refused, ...accepted]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${text}\n`)
    }
    let output = ''
    try {
      output = execFileSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json'], {
        cwd: folder,
        encoding: 'utf8',
      })
    } catch (error) {
      output = (error as { stdout: string }).stdout
    }
    for (const { filename, message, help } of (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics) {
      const path = filename.replaceAll('\\', '/')
      said.set(path, `${said.get(path) ?? ''}${message} ${help ?? ''}\n`)
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(refused)('refuses in %s: %s', (path, _text, place) => {
    expect(said.get(path)).toContain(place)
  })

  test.each(accepted)('accepts in %s: %s', (path) => {
    expect(said.get(path)).toBeUndefined()
  })
})
