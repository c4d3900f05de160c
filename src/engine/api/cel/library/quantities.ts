import type { Environment } from '@marcbachmann/cel-js'
import { add, compare, isQuantityError, newQuantity, parseQuantity, sign, sub, type Quantity } from '../../quantity.ts'
import { failure, register, registerType } from './register.ts'

class QuantityValue {
  readonly quantity: Quantity

  constructor(quantity: Quantity) {
    this.quantity = quantity
  }

  toString(): string {
    return this.quantity.text
  }
}

export function quantityValue(text: string): QuantityValue {
  const parsed = parseQuantity(text)
  if (isQuantityError(parsed)) throw failure(parsed.error)
  return new QuantityValue(parsed)
}

const other = (value: QuantityValue | bigint): Quantity => (typeof value === 'bigint' ? newQuantity(Number(value), 'DecimalSI') : value.quantity)

/** Whether it is a whole number that an int64 holds. */
function whole({ quantity: { mantissa, scale } }: QuantityValue): bigint | undefined {
  const value = scale >= 0 ? mantissa * 10n ** BigInt(scale) : mantissa % 10n ** BigInt(-scale) === 0n ? mantissa / 10n ** BigInt(-scale) : undefined
  return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined
}

function asInteger(value: QuantityValue): bigint {
  const integer = whole(value)
  if (integer === undefined) throw failure('cannot convert value to integer')
  return integer
}

/** apiserver/pkg/cel/library/quantity.go */
export function registerQuantities(environment: Environment): void {
  const type = 'kubernetes.Quantity'
  registerType(environment, type, QuantityValue, (a: QuantityValue, b: QuantityValue) => compare(a.quantity, b.quantity) === 0)
  const against = (judge: (order: number) => unknown) => (a: QuantityValue, b: QuantityValue) => judge(compare(a.quantity, b.quantity))
  const plus = (a: QuantityValue, b: QuantityValue | bigint) => new QuantityValue(add(a.quantity, other(b)))
  const minus = (a: QuantityValue, b: QuantityValue | bigint) => new QuantityValue(sub(a.quantity, other(b)))
  register(environment, {
    [`quantity(string): ${type}`]: quantityValue,
    'isQuantity(string): bool': (text: string) => !isQuantityError(parseQuantity(text)),
    [`${type}.sign(): int`]: ({ quantity }: QuantityValue) => BigInt(sign(quantity)),
    [`${type}.isInteger(): bool`]: (value: QuantityValue) => whole(value) !== undefined,
    [`${type}.asInteger(): int`]: asInteger,
    [`${type}.asApproximateFloat(): double`]: ({ quantity: { mantissa, scale } }: QuantityValue) => Number(mantissa) * 10 ** scale,
    [`${type}.isGreaterThan(${type}): bool`]: against((order) => order > 0),
    [`${type}.isLessThan(${type}): bool`]: against((order) => order < 0),
    [`${type}.compareTo(${type}): int`]: against((order) => BigInt(order)),
    [`${type}.add(${type}): ${type}`]: plus,
    [`${type}.add(int): ${type}`]: plus,
    [`${type}.sub(${type}): ${type}`]: minus,
    [`${type}.sub(int): ${type}`]: minus,
  })
}
