import { expect, test } from 'vitest'
import { duplicatesIn } from './duplicateFields.ts'
import { fromTheWire } from './onTheWire.ts'

const paths = (text: string): string[] => duplicatesIn(fromTheWire(text)).map(({ path, line }) => `${path} ${line}`)

test.each<[string, string[]]>([
  ['{"a":1,"b":2}', []],
  ['{"a":1,"b":{"a":2}}', []],
  ['{"a":1,"a":2,"a":3}', ['a 1', 'a 1']],
  ['{"spec":{"replicas":2,\n"replicas":3},\n"x":[{"k":1,"k":{}},[],{"k":[1,{"z":0,"z":1}]}]}', ['spec.replicas 2', 'x[0].k 3', 'x[2].k[1].z 3']],
  [String.raw`{"a\"b":"{\"x\":1,\"x\":2}","a\"b":null}`, ['a"b 1']],
  [String.raw`{"é":1,"\u00e9":true}`, ['é 1']],
  ['[{"a":{},"a":[]}]', ['[0].a 1']],
  ['not json', []],
])('%s', (text, expected) => {
  expect(paths(text)).toEqual(expected)
})
