import { describe, expect, test } from 'vitest'
import { parseFlags, type FlagSpec } from './flags.ts'

const specs: FlagSpec[] = [
  { name: 'namespace', short: 'n', type: 'string', usage: '' },
  { name: 'watch', short: 'w', type: 'bool', usage: '' },
  { name: 'stdin', short: 'i', type: 'bool', usage: '' },
  { name: 'tty', short: 't', type: 'bool', usage: '' },
  { name: 'filename', short: 'f', type: 'strings', usage: '' },
  { name: 'env', type: 'stringArray', usage: '' },
  { name: 'replicas', type: 'int', usage: '' },
  { name: 'timeout', type: 'duration', usage: '' },
  { name: 'dry-run', type: 'string', default: 'none', alone: 'unchanged', usage: '' },
  { name: 'old', type: 'int32', usage: '', deprecated: 'use the new one' },
]

function parse(...words: string[]) {
  const parsed = parseFlags(specs, words)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

describe('parseFlags', () => {
  test.each([
    [['-n', 'x'], 'x'], [['-nx'], 'x'], [['-n=x'], 'x'], [['--namespace', 'x'], 'x'], [['--namespace=x'], 'x'],
    [['--namespace='], ''], [['-n', 'a', '-n', 'b'], 'b'],
  ])('%j is a namespace', (words, value) => {
    expect(parse(...words).flags.string('namespace')).toBe(value)
  })

  test('flags and arguments mix, -- ends them', () => {
    const { flags, args, dash } = parse('pods', '-w', 'web', '--', 'ls', '-la')
    expect(flags.bool('watch')).toBe(true)
    expect(args).toEqual(['pods', 'web', 'ls', '-la'])
    expect(dash).toBe(2)
  })

  test('shorthands in a row, the last may take a value', () => {
    const { flags } = parse('-itnx')
    expect([flags.bool('stdin'), flags.bool('tty'), flags.string('namespace')]).toEqual([true, true, 'x'])
  })

  test('a bare flag with a value of its own takes no argument', () => {
    const { flags, args } = parse('--dry-run', 'client')
    expect(flags.string('dry-run')).toBe('unchanged')
    expect(args).toEqual(['client'])
    expect(parse('--dry-run=server').flags.string('dry-run')).toBe('server')
    expect(parse().flags.string('dry-run')).toBe('none')
  })

  test('lists', () => {
    const { flags } = parse('-f', 'a.yaml,b.yaml', '-f', 'c.yaml', '--env', 'A=1,2', '--env=B=3')
    expect(flags.list('filename')).toEqual(['a.yaml', 'b.yaml', 'c.yaml'])
    expect(flags.list('env')).toEqual(['A=1,2', 'B=3'])
  })

  test('deprecated flags are told once', () => {
    expect(parse('--old=1', '--old=2').deprecated.map((f) => f.name)).toEqual(['old'])
  })

  test.each([
    [['--for=x'], 'unknown flag: --for'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['-wz'], "unknown shorthand flag: 'z' in -z"],
    [['-n'], "flag needs an argument: 'n' in -n"],
    [['--namespace'], 'flag needs an argument: --namespace'],
    [['--replicas=x'], 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['--watch=maybe'], 'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [['--old=99999999999'], 'invalid argument "99999999999" for "--old" flag: strconv.ParseInt: parsing "99999999999": value out of range'],
    [['--timeout=5'], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
    [['--timeout=5x'], 'invalid argument "5x" for "--timeout" flag: time: unknown unit "x" in duration "5x"'],
    [['--timeout=abc'], 'invalid argument "abc" for "--timeout" flag: time: invalid duration "abc"'],
    [['--=x'], 'bad flag syntax: --=x'],
  ])('%j is refused', (words, error) => {
    expect(parseFlags(specs, words)).toBe(error)
  })
})
