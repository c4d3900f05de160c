import type { Node } from './syntax.ts'

export type Values = Generator<unknown, void, undefined>
export type Path = readonly unknown[]

/** A value and where in the input it lies. */
export interface Place {
  readonly path: Path
  readonly value: unknown
}

export type Places = Generator<Place, void, undefined>

/** "name/number of arguments". */
export interface Functions {
  readonly values: Readonly<Record<string, (input: unknown, args: readonly Node[], env: Environment) => Values>>
  /** Those whose values lie in their input, so that they can stand on the left of an assignment. */
  readonly places: Readonly<Record<string, (input: unknown, args: readonly Node[], env: Environment) => Places>>
  /** `@base64` and its like. */
  readonly formatted: (format: string, value: unknown) => string
}

export interface Environment {
  readonly functions: Functions
  readonly variables: ReadonlyMap<string, unknown>
  /** How much more may be done: a program that never ends must. */
  readonly budget: { left: number }
}
