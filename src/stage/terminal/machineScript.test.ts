import { expect, test } from 'vitest'
import { definedFunction, leadingAssignments, machineScript } from './machineScript.ts'

const known = {
  variables: new Map([['NAME', "it's"], ['?', '1'], ['N', '2']]),
  aliases: new Map([['kn', ['kubectl', '-n', 'dev']]]),
  functions: new Map([['show', 'show() { kn get "$1"; }']]),
}

test.each([
  ['for i in 1; do echo $i; done', 'for i in 1; do echo $i; done'],
  ['for i in $N; do :; done', 'N=2\nfor i in $N; do :; done'],
  ['echo ${NAME:-x}', "NAME='it'\\''s'\necho ${NAME:-x}"],
  ['show web', 'show() { kn get "$1"; }\nkn() { kubectl -n dev "$@"; }\nshow web'],
  ['show() { kn get "$1"; }', 'kn() { kubectl -n dev "$@"; }\nshow() { kn get "$1"; }'],
  ['echo known NAMES show-it', 'echo known NAMES show-it'],
])('%j runs as %j', (text, script) => {
  expect(machineScript(text, known)).toBe(script)
})

test.each([
  ['f() { x; }', 'f'],
  ['  my-f ()\n{ x; }', 'my-f'],
  ['function g { x; }', 'g'],
  ['for i in 1; do f; done', undefined],
  ['(f)', undefined],
])('%j defines %s', (text, name) => {
  expect(definedFunction(text)).toBe(name)
})

test.each([
  ['N=web; f() { x; }', [['N', 'web']], 'f() { x; }'],
  ["A='b c'\nB=\"d\"; for i in $A; do x; done", [['A', 'b c'], ['B', 'd']], 'for i in $A; do x; done'],
  ['N=1 for', [], 'N=1 for'],
  ['N=$((1+1)); x', [], 'N=$((1+1)); x'],
])('%j begins with assignments', (text, assignments, rest) => {
  expect(leadingAssignments(text)).toEqual({ assignments, rest })
})

test('each kubectl of a script knows of $KUBECONFIG', () => {
  expect(machineScript('echo', { variables: new Map([['KUBECONFIG', 'two']]), functions: new Map() })).toBe('export KUBECONFIG=two\necho')
})
