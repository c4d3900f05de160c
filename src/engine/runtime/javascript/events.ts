import type { Interpreter } from './interpreter.ts'
import { type JsObject, native, toText, type Value, JsFunction } from './values.ts'

/** on, once, emit: what events are heard by. */
export function withEvents(object: JsObject, js: Interpreter): JsObject {
  const heard = new Map<string, Value[]>()
  const on = native('on', ([event, f]) => {
    heard.set(toText(event), [...(heard.get(toText(event)) ?? []), f])
    return object
  })
  for (const name of ['on', 'once', 'addListener']) object.fields.set(name, on)
  object.fields.set('removeAllListeners', native('removeAllListeners', () => (heard.clear(), object)))
  object.fields.set('emit', new JsFunction('emit', function* (_, [event, ...args]) {
    for (const f of heard.get(toText(event)) ?? []) yield* js.call(f, object, args, 'listener')
    return (heard.get(toText(event)) ?? []).length > 0
  }))
  return object
}
