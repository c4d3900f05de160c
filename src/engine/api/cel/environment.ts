import { Environment } from '@marcbachmann/cel-js'
import { registerAddresses } from './library/addresses.ts'
import { registerFormats } from './library/formats.ts'
import { registerLists } from './library/lists.ts'
import { registerMacros } from './library/macros.ts'
import { registerQuantities } from './library/quantities.ts'
import { registerSemver } from './library/semver.ts'
import { registerStrings } from './library/strings.ts'
import { registerURLs } from './library/urls.ts'

/** Names that functions hang on: `sets.contains(a, b)`. */
class Namespace {}

let base: Environment | undefined

/** CEL with what Kubernetes adds to it (apiserver/pkg/cel/environment/base.go); to be extended by who compiles. */
export function newEnvironment(): Environment {
  base ??= withLibraries(new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }))
  return base.clone()
}

function withLibraries(environment: Environment): Environment {
  for (const [name, type] of [['sets', 'SetsNamespace'], ['ip', 'IPNamespace'], ['strings', 'StringsNamespace']] as const) {
    const constructor = class extends Namespace {}
    environment.registerType(type, { ctor: constructor as never, fields: {} })
    environment.registerConstant(name, type, new constructor() as never)
  }
  registerStrings(environment)
  registerLists(environment)
  registerQuantities(environment)
  registerAddresses(environment)
  registerURLs(environment)
  registerFormats(environment)
  registerSemver(environment)
  registerMacros(environment)
  return environment
}
