import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkImports } from './tidy/arrows.ts'
import { memos, ratchet } from './tidy/ratchet.ts'
import { isTest, parse, type Finding, type Parsed, type Source } from './tidy/source.ts'
import { checkEngine, checkLength, checkNames, checkText, fileLinesMax, functionLinesMax } from './tidy/style.ts'

const root = join(import.meta.dirname, '..')

function read(folder: string, ending: RegExp): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.name.includes('.generated.'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

const code = read('src', /\.tsx?$/).map(parse)
const written = code.filter(({ path }) => !isTest(path))
const inEngine = ({ path }: Source): boolean => path.startsWith('src/engine/')

/** One line a finding, so that a failure reads as a list of things to do. */
function show(findings: Finding[]): string[] {
  return findings.map(({ path, line, message }) => `${path}:${line} ${message}`)
}

describe('the source', () => {
  test('is imported along the arrows', () => {
    expect(show(code.flatMap(checkImports))).toEqual([])
  })

  test('of the engine is synchronous and holds no state beside a cluster', () => {
    expect(show(written.filter(inEngine).flatMap((file) => checkEngine(file, memos)))).toEqual([])
  })

  test('has names that say something', () => {
    expect(show(code.flatMap(checkNames))).toEqual([])
  })

  test('fits a screen, or is on the list', () => {
    const checked = written.map((file) => checkLength(file, ratchet))
    expect(show(checked.flatMap(({ findings }) => findings))).toEqual([])
    const used = new Set(checked.flatMap((one) => one.used))
    expect(
      Object.keys(ratchet).filter((key) => !used.has(key)),
      'off the list in src/tidy/ratchet.ts',
    ).toEqual([])
  })

  test('holds no plans, silenced compiler or tests that do not run', () => {
    const beside = ['e2e', 'bench', 'scripts'].flatMap((folder) => read(folder, /\.(tsx?|mjs)$/))
    const data = read('src', /\.(css|ya?ml|json)$/)
    expect(show([...code, ...beside, ...data].flatMap((file) => checkText(file, isTest(file.path))))).toEqual([])
  })
})

describe('a check', () => {
  const at = (path: string, text: string): Parsed => parse({ path, text })
  const imports = (path: string, specifier: string): string[] =>
    show(checkImports(at(path, `import { a } from '${specifier}'\nexport const b = a`)))

  test.each([
    ['src/engine/kernel/queue.ts', './step.ts'],
    ['src/engine/scheduler/scheduler.ts', '../client/informer.ts'],
    ['src/engine/cluster.ts', './kubelet/kubelet.ts'],
    ['src/engine/runtime/shell/parse.ts', 'unbash'],
    ['src/kubectl/get.ts', '../engine/client/program.ts'],
    ['src/worker/host.ts', './protocol.ts'],
    ['src/playback/film.ts', '../worker/protocol.ts'],
    ['src/stage/cluster/graph.ts', '../shared/objects/tone.ts'],
    ['src/stage/cluster/graph.ts', '../../playback/film.ts'],
    ['src/stage/app/App.tsx', '../cluster/ClusterView.tsx'],
    ['src/stage/app/App.tsx', './App.css'],
    ['src/playback/film.test.ts', '../engine/index.ts'],
  ])('lets %s import %s', (path, specifier) => {
    expect(imports(path, specifier)).toEqual([])
  })

  test.each([
    ['src/engine/kernel/queue.ts', '../api/types.ts', 'knows nothing of Kubernetes'],
    ['src/engine/api/types.ts', '../etcd/store.ts', 'src/engine/apiserver'],
    ['src/engine/scheduler/scheduler.ts', '../kubelet/kubelet.ts', 'API object'],
    ['src/engine/controllers/job/job.ts', '../../scheduler/queue.ts', 'API object'],
    ['src/engine/scheduler/scheduler.ts', '../etcd/store.ts', 'src/engine/client'],
    ['src/engine/runtime/containerd.ts', '../kubelet/sync.ts', 'src/engine/kubelet'],
    ['src/engine/kubelet/kubelet.ts', '../../stage/app/App.tsx', 'a kubelet'],
    ['src/engine/cluster.ts', '../worker/host.ts', 'imports nothing above it'],
    ['src/engine/cluster.ts', 'zustand', 'imports nothing above it'],
    ['src/engine/newcomer/a.ts', '../api/types.ts', 'on no drawing'],
    ['src/newcomer/a.ts', '../engine/index.ts', 'on no drawing'],
    ['src/kubectl/get.ts', '../engine/apiserver/apiserver.ts', 'front door'],
    ['src/playback/film.ts', '../engine/cluster.ts', 'src/worker/protocol.ts'],
    ['src/playback/film.ts', '../stage/app/App.tsx', 'src/worker/protocol.ts'],
    ['src/worker/host.ts', '../stage/app/App.tsx', 'knows no page'],
    ['src/stage/cluster/graph.ts', '../timeline/lanes.ts', 'src/stage/shared'],
    ['src/stage/shared/objects/tone.ts', '../../cluster/graph.ts', 'knows none of them'],
    ['src/stage/cluster/graph.ts', '../../engine/kernel/kernel.ts', 'src/playback'],
    ['src/stage/app/App.tsx', '../../scenarios/index.ts', 'src/stage/shared'],
    ['src/playback/film.ts', '../worker/host.ts', 'src/worker/protocol.ts'],
    ['src/worker/protocol.ts', './host.ts', 'types only'],
    ['src/share/link.ts', '../scenarios/index.ts', 'plain data'],
    ['src/scenarios/parse.ts', 'node:fs', 'scenarios are data'],
    ['src/stage/cluster/graph.ts', '../shared/objects/tone', 'with its ending'],
    ['src/stage/cluster/graph.test.ts', '../../../../elsewhere/facts.ts', 'outside of src/'],
  ])('keeps %s from importing %s', (path, specifier, place) => {
    expect(imports(path, specifier).join('\n')).toContain(place)
  })

  test.each([
    `export { a } from '../kubelet/a.ts'`,
    `export * from '../kubelet/a.ts'`,
    `export type A = import('../kubelet/a.ts').A`,
    `import type { A } from '../kubelet/a.ts'`,
    `export const a = () => import('../kubelet/a.ts')`,
  ])('sees the import in: %s', (text) => {
    expect(checkImports(at('src/engine/scheduler/a.ts', text))).toHaveLength(1)
  })

  test.each([
    'export async function f(): Promise<void> {}',
    'export const f = async () => 1',
    'export class C { async m() {} }',
    'await Promise.resolve()',
    'let count = 0\nexport const next = () => count++',
    'export let count = 0',
    'var count = 0\nexport const next = () => count++',
  ])('finds in the engine: %s', (text) => {
    expect(checkEngine(at('src/engine/kernel/a.ts', text), [])).toHaveLength(1)
  })

  test('lets a memo be', () => {
    const memo = at('src/engine/kernel/a.ts', 'let last = 0\nexport const set = (x: number) => (last = x)')
    expect(checkEngine(memo, [memo.path])).toEqual([])
  })

  test('leaves the engine its generators, constants and locals', () => {
    const text = 'export const table = { a: 1 }\nexport function* f() {\n  let i = 0\n  yield i++\n}'
    expect(checkEngine(at('src/engine/kernel/a.ts', text), [])).toEqual([])
  })

  test('measures functions and files', () => {
    const long = (lines: number): Parsed => at('src/a.ts', `export function f() {\n${'\n'.repeat(lines - 2)}}\n`)
    expect(checkLength(long(functionLinesMax), {}).findings).toEqual([])
    expect(checkLength(long(functionLinesMax + 1), {}).findings).toHaveLength(1)
    expect(checkLength(long(functionLinesMax + 1), { 'src/a.ts#f': functionLinesMax + 1 })).toEqual({
      findings: [],
      used: ['src/a.ts#f'],
    })
    expect(checkLength(long(functionLinesMax + 2), { 'src/a.ts#f': functionLinesMax + 1 }).findings).toHaveLength(1)
    const file = (lines: number): Parsed => at('src/a.ts', 'export {}\n'.repeat(lines))
    expect(checkLength(file(fileLinesMax), {}).findings).toEqual([])
    expect(checkLength(file(fileLinesMax + 1), {}).findings).toHaveLength(1)
  })

  test('reads names', () => {
    expect(checkNames(at('src/engine/utils.ts', 'export {}'))).toHaveLength(1)
    expect(checkNames(at('src/engine/index.ts', `export { a } from './a.ts'\nexport * from './b.ts'`))).toEqual([])
    expect(checkNames(at('src/engine/index.ts', 'export const a = 1'))).toHaveLength(1)
  })

  test.each([
    ['// TO' + 'DO: later', false],
    ['// FIX' + 'ME', false],
    ['// @ts-' + 'ignore', false],
    ['it' + '.skip("x", () => {})', true],
    ['describe' + '.only("x", () => {})', true],
    ['test' + '.concurrent.todo("x")', true],
    ['x' + 'it("x", () => {})', true],
  ])('finds: %s', (text, inTest) => {
    expect(checkText({ path: 'a.ts', text }, inTest)).toHaveLength(1)
  })
})
