import { Part } from '../../part.ts'
import type { decodeCustom } from './decode.ts'
import type { toServed, toStored } from './defaults.ts'
import type { allCustom, findCustom, resourcesOf } from './kind.ts'

/** What the server does with kinds that CustomResourceDefinitions have added. */
export const custom = new Part<{
  allCustom: typeof allCustom
  decodeCustom: typeof decodeCustom
  findCustom: typeof findCustom
  resourcesOf: typeof resourcesOf
  toServed: typeof toServed
  toStored: typeof toStored
}>('kinds')
