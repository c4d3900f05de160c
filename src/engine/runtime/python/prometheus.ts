import { COST } from '../process/cpu.ts'
import type { Process } from '../process/process.ts'
import { textResponse } from '../http.ts'
import { listenOn, serve } from '../programs/serve.ts'
import type { Interpreter } from './interpreter.ts'
import { module, number, object, text } from './support.ts'
import { type Arguments, Builtin, Class, floatText, type Instance, List, raised, Tuple, type Value } from './values.ts'

interface Metric {
  kind: 'counter' | 'gauge' | 'summary' | 'histogram'
  name: string
  help: string
  labels: readonly string[]
  /** By the values of its labels: a sum, and of how many. */
  samples: Map<string, { labels: readonly string[]; value: number; count: number; seen: number[] }>
}

const usualBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** prometheus_client: metrics, and the page that tells them. */
export function prometheusModule(p: Process, x: () => Interpreter): Instance {
  const metrics: Metric[] = []
  const page = (): string => metrics.map(told).join('')

  const child = (metric: Metric, labels: readonly string[]): Instance => {
    const key = labels.join('\0')
    const sample = metric.samples.get(key) ?? { labels, value: 0, count: 0, seen: [] }
    metric.samples.set(key, sample)
    const observe = (by: number): null => {
      sample.value += by
      sample.count++
      sample.seen.push(by)
      return null
    }
    const timed = (): Instance => {
      let from = 0
      return object({
        __enter__: () => ((from = p.machine.now()), null),
        __exit__: () => (observe((p.machine.now() - from) / 1000), false),
        *__call__({ args: [, f = null] }) {
          return new Builtin('timed', function* (a) {
            const begun = p.machine.now()
            const result = yield* x().call(f, a)
            observe((p.machine.now() - begun) / 1000)
            return result
          })
        },
      })
    }
    return object({
      inc: ({ args: [by] }) => ((sample.value += number(by, 1)), null),
      dec: ({ args: [by] }) => ((sample.value -= number(by, 1)), null),
      set: ({ args: [to] }) => ((sample.value = number(to)), null),
      set_to_current_time: () => ((sample.value = p.machine.now() / 1000), null),
      observe: ({ args: [by] }) => observe(number(by)),
      time: timed,
      labels: ({ args, named }) => child(metric, args.length > 0 ? args.map(text) : metric.labels.map((name) => text(named.get(name)))),
    })
  }
  const kind = (of: Metric['kind'], name: string): Class => {
    const type = new Class(name, [], new Map())
    type.names.set('__new__', new Builtin(name, ({ args: [given, help, labels], named }: Arguments) => {
      const wanted = labels ?? named.get('labelnames')
      const metric: Metric = { kind: of, name: text(given ?? named.get('name')).replace(of === 'counter' ? /_total$/ : /$^/, ''), help: text(help ?? named.get('documentation')), labels: wanted instanceof List || wanted instanceof Tuple ? wanted.items.map(text) : [], samples: new Map() }
      if (metrics.some((one) => one.name === metric.name)) throw raised('ValueError', `Duplicated timeseries in CollectorRegistry: {'${metric.name}'}`)
      metrics.push(metric)
      if (metric.labels.length > 0) return object({ labels: ({ args, named: by }) => child(metric, args.length > 0 ? args.map(text) : metric.labels.map((label) => text(by.get(label)))) })
      return child(metric, [])
    }))
    return type
  }
  return module({
    start_http_server: ({ args: [port], named }) => {
      const at = number(port ?? named.get('port'), 8000)
      p.machine.spawn({
        parent: p, argv: p.argv, costUs: COST.fork, memoryBytes: 0,
        *program(q) {
          const listeners = yield* listenOn(q, [at], () => 'OSError: [Errno 98] Address already in use')
          return listeners === undefined ? 1 : yield* serve(q, { listeners, handle: () => textResponse(200, page(), 'text/plain; version=1.0.0; charset=utf-8') })
        },
      })
      return null
    },
    generate_latest: () => page(),
  }, { Counter: kind('counter', 'Counter'), Gauge: kind('gauge', 'Gauge'), Summary: kind('summary', 'Summary'), Histogram: kind('histogram', 'Histogram'), CONTENT_TYPE_LATEST: 'text/plain; version=1.0.0; charset=utf-8', REGISTRY: null as Value })
}

function told({ kind, name, help, labels, samples }: Metric): string {
  const total = kind === 'counter' ? `${name}_total` : name
  const lines = [...samples.values()].flatMap(({ labels: values, value, count, seen }) => {
    const within = (...more: string[]): string => {
      const all = [...labels.map((label, i) => `${label}="${values[i] ?? ''}"`), ...more]
      return all.length === 0 ? '' : `{${all.join(',')}}`
    }
    if (kind === 'counter' || kind === 'gauge') return [`${total}${within()} ${floatText(value)}`]
    const buckets = kind === 'histogram' ? [...usualBuckets, Infinity].map((le) => `${name}_bucket${within(`le="${le === Infinity ? '+Inf' : floatText(le)}"`)} ${floatText(seen.filter((one) => one <= le).length)}`) : []
    return [...buckets, `${name}_count${within()} ${floatText(count)}`, `${name}_sum${within()} ${floatText(value)}`]
  })
  return `# HELP ${total} ${help}\n# TYPE ${total} ${kind}\n${lines.map((line) => `${line}\n`).join('')}`
}
