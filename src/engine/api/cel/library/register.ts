import { EvaluationError, type Environment } from '@marcbachmann/cel-js'

/** What a function of the library throws: an evaluation that failed with these words. */
export const failure = (message: string): Error => new EvaluationError({ code: 'function', message })

/** Nothing here is asynchronous, and the library need not look. */
const sync = { async: false } as object

type Handler = (...args: any[]) => unknown

/** Functions by their signatures: `string.charAt(int): string`. */
export function register(environment: Environment, functions: Readonly<Record<string, Handler>>): void {
  for (const [signature, handler] of Object.entries(functions)) environment.registerFunction(signature, handler, sync)
}

/** A type with nothing to see in it but its functions, and with an equality. */
export function registerType(environment: Environment, name: string, ctor: new (...args: any[]) => object, equals: (a: any, b: any) => boolean): void {
  environment.registerType(name, { ctor: ctor as never, fields: {} })
  environment.registerOperator(`${name} == ${name}`, (a: unknown, b: unknown) => equals(a, b))
}
