import { describe, expect, test } from 'vitest'
import { splitWords } from './words.ts'

describe('splitWords', () => {
  test.each([
    ['get pods -w', ['get', 'pods', '-w']],
    ['  get   pods\t-A ', ['get', 'pods', '-A']],
    [`exec p -- sh -c "exit 3"`, ['exec', 'p', '--', 'sh', '-c', 'exit 3']],
    [`patch pod x -p '{"spec":{"a":"b c"}}'`, ['patch', 'pod', 'x', '-p', '{"spec":{"a":"b c"}}']],
    [`run x --image='Bad Image'`, ['run', 'x', '--image=Bad Image']],
    [`-o jsonpath='{.a}{"\\n"}'`, ['-o', 'jsonpath={.a}{"\\n"}']],
    [`a\\ b "c\\"d" "e\\f"`, ['a b', 'c"d', 'e\\f']],
    [`-l ''`, ['-l', '']],
    [`--from-literal=a=$'x\\ty'`, ['--from-literal=a=x\ty']],
    [`"unclosed here`, ['unclosed here']],
    ['apply \\\n -f x', ['apply', '-f', 'x']],
    ['', []],
  ])('%j', (line, words) => {
    expect(splitWords(line)).toEqual(words)
  })
})
