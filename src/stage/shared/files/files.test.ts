import { describe, expect, test } from 'vitest'
import { Film } from '../../../playback/film.ts'
import type { PerformedInput, Scenario } from '../../../worker/protocol.ts'
import { filesKey, filesOf, freshName, nameProblem, pending, withDrafts, withFiles } from './files.ts'

function scenario(files: Record<string, string>): Scenario {
  return {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'x' },
    spec: { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, script: [], files },
  }
}

function film(...inputs: PerformedInput[]): Film {
  const made = new Film(scenario({ 'a.yaml': '1' }), { startMs: 0, revision: 1, nodes: [], changes: [] })
  made.inputs.push(...inputs)
  return made
}

describe('files', () => {
  test('are those of the last input that brought some', () => {
    const made = film(
      { index: 0, step: 0, input: { kubectl: 'get pods' } },
      { index: 1, step: 5, input: { files: { 'a.yaml': '2' } } },
      { index: 2, step: 9, input: { files: { 'b.yaml': '3' } } },
    )
    expect([-1, 4, 5, 8, 9].map((cursor) => filesOf(made, cursor))).toEqual([
      { 'a.yaml': '1' },
      { 'a.yaml': '1' },
      { 'a.yaml': '2' },
      { 'a.yaml': '2' },
      { 'b.yaml': '3' },
    ])
  })

  test('are what programs have written since, those of directories left out', () => {
    const made = film({ index: 0, step: 5, input: { files: { 'a.yaml': '2' } } })
    made.writes.push(
      { step: 2, files: { 'a.yaml': 'w', '.kube/config': 'c' } },
      { step: 7, files: { 'a.yaml': 'w', '.kube/config': 'c', 'b.yaml': 'new' } },
    )
    expect([0, 1, 4, 5, 6].map((cursor) => filesOf(made, cursor))).toEqual([
      { 'a.yaml': '1' },
      { 'a.yaml': 'w' },
      { 'a.yaml': 'w' },
      { 'a.yaml': '2' },
      { 'a.yaml': '2', 'b.yaml': 'new' },
    ])
    expect(filesOf(made, 6)).toBe(filesOf(made, 6))
  })

  test('lie under the drafts', () => {
    const files = { a: '1', b: '2' }
    expect(withDrafts(files, { b: null, c: '3', a: '4' })).toEqual({ a: '4', c: '3' })
    expect(pending(files, { a: '1', b: null, c: null, d: '5' })).toEqual({ b: null, d: '5' })
  })

  test('go along with a command only when they are new', () => {
    expect(withFiles({ kubectl: 'x' }, { a: '1' }, { a: '1' })).toEqual({ kubectl: 'x' })
    expect(withFiles({ kubectl: 'x' }, { a: '2' }, { a: '1' })).toEqual({ kubectl: 'x', files: { a: '2' } })
    expect(withFiles({ kubectl: 'x' }, {}, { a: '1' })).toEqual({ kubectl: 'x', files: {} })
  })

  test.each([
    ['', 'nameEmpty'],
    ['a b', 'nameWrong'],
    ['../x', 'nameWrong'],
    ['.x', 'nameWrong'],
    ['a/b', 'nameWrong'],
    ['__proto__', 'nameWrong'],
    ['x'.repeat(65), 'nameWrong'],
    ['a.yaml', 'nameTaken'],
    ['b.yaml', undefined],
    ['部署.yaml', undefined],
  ])('the name %j: %s', (name, problem) => {
    expect(nameProblem(name, { 'a.yaml': '' })).toBe(problem)
  })

  test('get a free name', () => {
    expect(freshName({})).toBe('pod.yaml')
    expect(freshName({ 'pod.yaml': '', 'pod-2.yaml': '' })).toBe('pod-3.yaml')
  })

  test('of different films have different keys', () => {
    expect(filesKey(scenario({ a: '1' }))).toBe(filesKey(scenario({ a: '1' })))
    expect(filesKey(scenario({ a: '1' }))).not.toBe(filesKey(scenario({ a: '2' })))
  })
})
