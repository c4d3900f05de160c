import type { Run } from '../process/process.ts'
import type { JsFunction, JsObject, Value } from './values.ts'

/** Names, and the scope around them. */
export class Scope {
  readonly names = new Map<string, { value: Value; isConst: boolean }>()
  readonly outer: Scope | undefined
  /** Of a function that is no arrow. */
  readonly self: { value: Value; parent?: JsFunction | undefined; fields?: ((made: JsObject) => Run<void>) | undefined } | undefined
  constructor(outer?: Scope, self?: Scope['self']) {
    this.outer = outer
    this.self = self
  }

  find(name: string): { value: Value; isConst: boolean } | undefined {
    return this.names.get(name) ?? this.outer?.find(name)
  }

  get owner(): Scope['self'] {
    return this.self ?? this.outer?.owner
  }

  set(name: string, value: Value, isConst = false): void {
    this.names.set(name, { value, isConst })
  }
}

/** How a statement ended that did not run to its end. */
export type Ended = { how: 'return'; value: Value } | { how: 'break' | 'continue'; label: string | undefined } | undefined

/** Whether a loop goes on after its body has ended so: 'on', 'out', or how the loop itself ends. */
export function afterBody(ended: Ended, label: string | undefined): 'on' | 'out' | NonNullable<Ended> {
  if (ended === undefined) return 'on'
  if (ended.how === 'return' || (ended.label !== undefined && ended.label !== label)) return ended
  return ended.how === 'break' ? 'out' : 'on'
}
