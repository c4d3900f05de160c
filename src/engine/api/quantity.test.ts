import { describe, expect, it } from 'vitest'
import * as q from './quantity.ts'

/** Text, canonical text, format, Value() and MilliValue() (undefined where a number is too small for them). */
const good: [text: string, canonical: string, format: q.QuantityFormat, value?: number, milli?: number][] = [
  ['0', '0', 'DecimalSI', 0, 0],
  ['1', '1', 'DecimalSI', 1, 1000],
  ['-1', '-1', 'DecimalSI', -1, -1000],
  ['2.500', '2.500', 'DecimalSI', 3, 2500],
  ['0.333', '333m', 'DecimalSI', 1, 333],
  ['0.001', '1m', 'DecimalSI', 1, 1],
  ['1.1m', '1100u', 'DecimalSI', 1, 2],
  ['1u', '1u', 'DecimalSI', 1, 1],
  ['100n', '100n', 'DecimalSI', 1, 1],
  ['1n', '1n', 'DecimalSI', 1, 1],
  ['1000000', '1M', 'DecimalSI', 1_000_000, 1e9],
  ['1G', '1G', 'DecimalSI', 1e9, 1e12],
  ['1T', '1T', 'DecimalSI', 1e12, 1e15],
  ['1P', '1P', 'DecimalSI', 1e15],
  ['1E', '1E', 'DecimalSI'],
  ['1e3', '1e3', 'DecimalExponent', 1000, 1_000_000],
  ['1E3', '1E3', 'DecimalExponent', 1000, 1_000_000],
  ['12e-3', '12e-3', 'DecimalExponent', 1, 12],
  ['129e6', '129e6', 'DecimalExponent', 129e6, 129e9],
  ['1e-10', '1e-9', 'DecimalExponent', 1, 1],
  ['1Ki', '1Ki', 'BinarySI', 1024, 1_024_000],
  ['1024Ki', '1Mi', 'BinarySI', 1_048_576, 1_048_576_000],
  ['1025Ki', '1025Ki', 'BinarySI', 1_049_600, 1_049_600_000],
  ['123Mi', '123Mi', 'BinarySI', 128_974_848, 128_974_848_000],
  ['+1Mi', '+1Mi', 'BinarySI', 1_048_576, 1_048_576_000],
  ['1.1Ki', '1126400m', 'BinarySI', 1127, 1_126_400],
  ['3.3Gi', '3543348019200m', 'BinarySI', 3_543_348_020, 3_543_348_019_200],
  ['1Pi', '1Pi', 'BinarySI', 2 ** 50],
  ['1Ei', '1Ei', 'BinarySI'],
  ['9Ei', '9223372036854775807', 'BinarySI'],
  ['0Ki', '0', 'BinarySI', 0, 0],
  ['Mi', '0', 'BinarySI', 0, 0],
  ['.', '0', 'DecimalSI', 0, 0],
]

const shape = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const suffix = "unable to parse quantity's suffix"
const bad: [text: string, error: string][] = [
  ...['', 'abc', '1 Gi', ' 1Gi', '1gi', '1KB', '10GB', '1_000', '1,5', '1E3Ki', '1.2.3', 'lots'].map(
    (text): [string, string] => [text, shape],
  ),
  ...['1K', '1i', '1mi', '1e', '1ee3', '--1', '1Mii', '100mm', '1iK'].map((text): [string, string] => [text, suffix]),
]

const pairs: [a: string, b: string, order: number, sum: string, difference: string][] = [
  ['1Gi', '1G', 1, '2073741824', '73741824'],
  ['1Ki', '1024', 0, '2Ki', '0'],
  ['100m', '250m', -1, '350m', '-150m'],
  ['1Gi', '512Mi', 1, '1536Mi', '512Mi'],
  ['1k', '1Ki', -1, '2024', '-24'],
  ['2', '100n', 1, '2000000100n', '1999999900n'],
]

function parsed(text: string): q.Quantity {
  const result = q.parseQuantity(text)
  if ('error' in result) throw new Error(result.error)
  return result
}

/** The fields that are not undefined. */
const given = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

describe('quantities', () => {
  it.each(good)('%s is %s', (text, canonical, format, value, milli) => {
    const amount = parsed(text)
    expect(amount).toMatchObject({ text: canonical, format, ...given({ value, milliValue: milli }) })
    const sign = text.startsWith('-') ? -1 : canonical === '0' ? 0 : 1
    expect(q.sign(amount)).toBe(sign)
  })

  it.each(bad)('%j is none', (text, error) => {
    expect(q.parseQuantity(text)).toEqual({ error })
  })

  it.each(pairs)('%s with %s', (a, b, order, sum, difference) => {
    expect(q.compare(parsed(a), parsed(b))).toBe(order)
    expect(q.add(parsed(a), parsed(b)).text).toBe(sum)
    expect(q.sub(parsed(a), parsed(b)).text).toBe(difference)
  })

  it('stays quick for hostile texts', () => {
    expect(q.parseQuantity('9'.repeat(100_000))).toEqual({ error: shape })
    expect(parsed('1e999999999').text).toBe('1e999999999')
    expect(q.compare(parsed('1e999999999'), parsed('1'))).toBe(1)
  })

  it('rounds up to thousandths', () => {
    expect(q.roundUpToMilli(parsed('100n')).text).toBe('1m')
    expect(q.roundUpToMilli(parsed('250m')).text).toBe('250m')
  })

  it('adds and compares lists', () => {
    expect(q.addLists({ cpu: '1' }, { cpu: '500m', memory: '1Gi' })).toEqual({ cpu: '1500m', memory: '1Gi' })
    expect(q.maxLists({ cpu: '1' }, { cpu: '500m', memory: '1Gi' })).toEqual({ cpu: '1', memory: '1Gi' })
  })
})
