import { expect, test } from 'vitest'
import { JsonPath } from './jsonpathEval.ts'

const data = { kind: 'List', items: [1, 2, 3, 4], ports: [{ name: 'a)b', port: 80, on: true }, { name: 'dns', port: 53, node: 53, on: false }] }
const print = (template: string) => new JsonPath(template, true).print(data)

test.each([
  ['{.items[1:3]}', '2 3'],
  ['{.items[1:3:2]}', '2'],
  ['{.items[-2:]}', '3 4'],
  ['{.items[:-3]}', '1'],
  ['{.items[-1]}', '4'],
  ['{.items[2:2]}', ''],
  ['{.items[9:9]}', ''],
  ['{.items[*]}', '1 2 3 4'],
  ['{.}', ''],
  ['{@.kind}', 'List'],
  ['{.kind.*}', '76 105 115 116'],
  ['{.kind(x)|y}|', '|'],
  [`{.ports[?(@.name=='a)b')].port}`, '80'],
  ['{.ports[?(@.port==@.node)].name}', 'dns'],
  ['{.ports[?(@.on!=true)].name}', 'dns'],
  ['{.ports[?(@.name>="b")].name}', 'dns'],
  ['{"\\u00e9\\x41\\101\\n"}', 'éAA\n'],
])('%s', (template, expected) => expect(print(template)).toBe(expected))

test.each([
  ['{.items[3:1]}', 'starting index 3 is greater than ending index 1'],
  ['{.items[1:9]}', 'array index out of bounds: index 8, length 4'],
  ['{.items[9:12]}', 'array index out of bounds: index 9, length 4'],
  ['{.items[7]}', 'array index out of bounds: index 7, length 4'],
  ['{.items[-7]}', 'array index out of bounds: index -3, length 4'],
  ['{.items[0:3:0]}', 'step must be > 0'],
  ['{.ports[*][*]}', 'map[string]interface {} is not array or slice'],
  ['{.ports[?(@.port=="80")]}', 'incompatible types for comparison'],
  ['{.ports[?(@.port>52.5)]}', 'incompatible types for comparison'],
  ['{.ports[?(@=="a")]}', 'invalid type for comparison'],
  ['{.ports[?(@.on>false)]}', 'invalid type for comparison'],
  ['{.ports[?(@.port=~1)]}', "unrecognized character in action: U+007E '~'"],
  ['{.ports[?(@.port=<1)]}', 'unrecognized filter operator =<'],
  ['{.ports[?(@.port in (80))]}', 'unclosed array expect ]'],
  ['{.items[99999999999999999999]}', 'array index 99999999999999999999 is not a number'],
  ['{é}', 'unrecognized identifier é'],
  ['{name(x)}', 'unrecognized identifier name(x)'],
  ['{..*}', "unrecognized character in action: U+002A '*'"],
  ['{....name}', 'invalid multiple recursive descent'],
  [`{'\\q'}`, `unquote string '\\q' error invalid syntax`],
  [`{'\\U00110000'}`, `unquote string '\\U00110000' error invalid syntax`],
  [`{'a`, 'unterminated quoted string'],
  ['{.kind[?(@.x)]}', 'List is not array or slice and cannot be filtered'],
])('%s is refused', (template, message) => expect(() => print(template)).toThrow(message))
