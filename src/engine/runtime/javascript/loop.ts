import type { Exchange, Listener } from '../process/listener.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { classOf, withFields } from './globals.ts'
import type { Interpreter } from './interpreter.ts'
import { iterated } from './operators.ts'
import { fail, JsArray, JsFunction, JsObject, native, objectOf, Thrown, toNumber, toText, type Value } from './values.ts'

interface Promised {
  state: 'pending' | 'done' | 'failed'
  value: Value
  then: (() => Run<void>)[]
}

interface Timer {
  id: number
  at: number
  everyMs: number | undefined
  run: () => Run<unknown>
}

/** What a program waits for when its text is at its end: timers, promises, and requests at its ports. */
export class EventLoop {
  readonly listeners: { listener: Listener; serve: (exchange: Exchange) => Run<unknown> }[] = []
  /** What signals have asked for. */
  readonly jobs: (() => Run<unknown>)[] = []
  private timers: Timer[] = []
  private nextId = 1
  private readonly p: Process
  private readonly js: Interpreter

  constructor(p: Process, js: Interpreter) {
    this.p = p
    this.js = js
    js.settle = (promise) => this.awaited(promise)
    js.promised = (value, isRejected) => (value instanceof JsObject && value.className === 'Promise' && !isRejected ? value : this.promise(isRejected ? 'failed' : 'done', value))
  }

  promise(state: Promised['state'] = 'pending', value?: Value): JsObject {
    const made: JsObject = new JsObject('Promise', { state, value, then: [] } satisfies Promised)
    const then = (done: Value, failed: Value): JsObject => this.chained(made, done, failed)
    made.fields.set('then', native('then', ([done, failed]) => then(done, failed)))
    made.fields.set('catch', native('catch', ([failed]) => then(undefined, failed)))
    made.fields.set('finally', native('finally', ([f]) => then(f, f)))
    return made
  }

  resolve(promise: JsObject, value: Value, state: 'done' | 'failed' = 'done'): void {
    const data = promise.data as Promised
    if (data.state !== 'pending') return
    if (value instanceof JsObject && value.className === 'Promise' && state === 'done') {
      this.whenSettled(value, () => this.resolve(promise, (value.data as Promised).value, (value.data as Promised).state as 'done' | 'failed'))
      return
    }
    data.state = state
    data.value = value
    this.jobs.push(...data.then)
    data.then = []
  }

  private whenSettled(promise: JsObject, run: () => void): void {
    const job = function* (): Run<void> {
      run()
    }
    const data = promise.data as Promised
    if (data.state === 'pending') data.then.push(job)
    else this.jobs.push(job)
  }

  private chained(of: JsObject, done: Value, failed: Value): JsObject {
    const next = this.promise()
    const { js } = this
    const data = of.data as Promised
    const resolve = (value: Value, state?: 'failed'): void => this.resolve(next, value, state)
    const job = function* (): Run<void> {
      const f = data.state === 'done' ? done : failed
      if (!(f instanceof JsFunction)) return resolve(data.value, data.state === 'failed' ? 'failed' : undefined)
      try {
        resolve(yield* js.call(f, undefined, [data.value]))
      } catch (e) {
        if (!(e instanceof Thrown)) throw e
        resolve(e.value, 'failed')
      }
    }
    if (data.state === 'pending') data.then.push(job)
    else this.jobs.push(job)
    return next
  }

  private *awaited(promise: JsObject): Run<Value> {
    const data = promise.data as Promised
    while (data.state === 'pending') if (!(yield* this.turn())) throw fail('Error', 'Promise never settles')
    if (data.state === 'failed') throw new Thrown(data.value)
    return data.value
  }

  /** Until nothing is left that could happen. */
  *run(): Run<void> {
    while (yield* this.turn()) {
      // One thing after another.
    }
  }

  /** The next thing that happens, after waiting for it; false when nothing will. */
  private *turn(): Run<boolean> {
    const job = this.jobs.shift()
    if (job !== undefined) {
      yield* job()
      return true
    }
    const due = this.timers.toSorted((a, b) => a.at - b.at || a.id - b.id)[0]
    if (due !== undefined && due.at <= this.p.machine.now()) {
      if (due.everyMs === undefined) this.timers = this.timers.filter((timer) => timer !== due)
      else due.at += due.everyMs
      yield* due.run()
      return true
    }
    for (const { listener, serve } of this.listeners) {
      const exchange = listener.accept()
      if (exchange === undefined) continue
      this.p.cpu.charge(150)
      yield* serve(exchange)
      return true
    }
    if (due === undefined && this.listeners.length === 0) return false
    const timeoutMs = due === undefined ? undefined : due.at - this.p.machine.now()
    if (this.listeners.length > 0) yield { wait: 'accept', listeners: this.listeners.map(({ listener }) => listener), interruptible: true, timeoutMs }
    else if ((yield { wait: 'time', ms: timeoutMs!, interruptible: true }) === INTERRUPTED) return true
    return true
  }

  after(ms: number, run: () => Run<unknown>, everyMs?: number): number {
    const id = this.nextId++
    this.timers.push({ id, at: this.p.machine.now() + Math.max(1, ms || 1), everyMs: everyMs === undefined ? undefined : Math.max(1, everyMs || 1), run })
    return id
  }

  /** setTimeout and its like, and Promise. */
  addGlobals(): void {
    const { js } = this
    const timer = (repeats: boolean) => native(repeats ? 'setInterval' : 'setTimeout', ([f, ms, ...args]) => {
      const id = this.after(toNumber(ms), () => js.call(f, undefined, args, 'callback'), repeats ? toNumber(ms) : undefined)
      const made = objectOf({ unref: native('unref', () => made), ref: native('ref', () => made) })
      made.data = id
      return made
    })
    const clear = native('clearTimeout', ([made]) => void (this.timers = this.timers.filter(({ id }) => !(made instanceof JsObject && made.data === id))))
    const soon = native('setImmediate', ([f, ...args]) => void this.jobs.push(() => js.call(f, undefined, args, 'callback')))
    for (const [name, f] of [['setTimeout', timer(false)], ['setInterval', timer(true)], ['clearTimeout', clear], ['clearInterval', clear], ['setImmediate', soon], ['queueMicrotask', soon]] as const) js.global.set(name, f)
    js.global.set('Promise', this.promiseClass())
  }

  private promiseClass(): JsFunction {
    const { js } = this
    const f = classOf('Promise', () => undefined)
    const make = (): JsObject => this.promise()
    const resolver = (promise: JsObject, state?: 'failed') => native('resolve', ([value]) => (this.resolve(promise, value, state), undefined))
    f.construct = function* ([run]) {
      const made = make()
      try {
        yield* js.call(run, undefined, [resolver(made), resolver(made, 'failed')], 'executor')
      } catch (e) {
        if (!(e instanceof Thrown)) throw e
        yield* js.call(resolver(made, 'failed'), undefined, [e.value])
      }
      return made
    }
    const all = (settled: boolean) => new JsFunction('all', (_, [list]) => this.all(iterated(list), settled))
    return withFields(f, { resolve: native('resolve', ([value]) => js.promised(value, false)), reject: native('reject', ([value]) => this.promise('failed', value)), all: all(false), allSettled: all(true) })
  }

  private *all(items: Value[], settled: boolean): Run<Value> {
    const values: Value[] = []
    for (const item of items) {
      try {
        const value = item instanceof JsObject && item.className === 'Promise' ? yield* this.awaited(item) : item
        values.push(settled ? objectOf({ status: 'fulfilled', value }) : value)
      } catch (e) {
        if (!(e instanceof Thrown)) throw e
        if (!settled) return this.promise('failed', e.value)
        values.push(objectOf({ status: 'rejected', reason: e.value }))
      }
    }
    return this.promise('done', new JsArray(values))
  }
}

/** What an error that nobody catches prints. */
export const stackOf = (v: Value): string => (v instanceof JsObject && v.className === 'Error' ? toText(v.fields.get('stack') ?? toText(v)) : toText(v))
