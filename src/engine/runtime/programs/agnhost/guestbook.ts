/** agnhost guestbook: a primary, replicas that register with it, and a frontend that asks them (test/images/agnhost/guestbook). */
import { fieldsOf } from '../../../api/fieldsOf.ts'
import { formValue, textResponse } from '../../http.ts'
import { sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { parseUrl, request } from '../../tools/http-client.ts'
import { jsonOf } from '../../../api/json.ts'
import { log } from './log.ts'
import { type Answer, cannotListen, listenOn, serve, stopsLikeGo } from '../serve.ts'

interface Guestbook {
  backendPort: string
  store: Record<string, unknown>
  replicas: string[]
}

/** How long a replica tries to register, and how often. */
const patienceMs = 15_000
const againMs = 1000
const callMs = 5000

export function* guestbook(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['http-port', 'backend-port', 'replicaof'] })
  const book: Guestbook = { backendPort: o.value('backend-port') ?? '6379', store: {}, replicas: [] }
  const primary = o.value('replicaof') ?? ''
  let failed: number | undefined
  const stopped = stopsLikeGo(p)
  const listeners = yield* listenOn(p, [o.number(80, 'http-port')], cannotListen)
  if (listeners === undefined) return 1
  if (primary !== '') {
    p.machine.spawn({
      parent: p, argv: [...p.argv, '(register)'], costUs: 0,
      program: function* (q) {
        if (yield* register(q, primary, book)) return 0
        failed = 1
        q.machine.kill(p, 'HUP')
        return 0
      },
    })
  }
  return yield* serve(p, { listeners, stopped: () => failed ?? stopped(), handle: (asked) => answer(p, asked.path, book) })
}

function* register(p: Process, primary: string, book: Guestbook): Run<boolean> {
  const start = p.machine.now()
  while (p.machine.now() - start < patienceMs) {
    const asked = `register?host=${p.machine.config.ip()}`
    yield* log(p, `Registering to primary: ${primary}:${book.backendPort}/${asked}`)
    const said = yield* call(p, primary, book.backendPort, asked)
    const { data } = fieldsOf(jsonOf(said ?? ''))
    if (said !== undefined) {
      book.store = { ...fieldsOf(data) }
      yield* log(p, `Registered to node: ${primary}`)
      return true
    }
    yield* log(p, `encountered error while registering to primary: connection failed. Retrying in 1s.`)
    yield* sleep(p, againMs)
  }
  yield* log(p, 'Timed out while registering to primary.')
  return false
}

function* call(p: Process, host: string, port: string, asked: string): Run<string | undefined> {
  const answered = yield* request(p, parseUrl(`http://${host}:${port}/${asked}`)!, { method: 'GET', headers: {}, body: '', timeoutMs: callMs })
  return 'error' in answered ? undefined : answered.body
}

function* answer(p: Process, path: string, book: Guestbook): Run<Answer> {
  const [place, query = ''] = path.split('?')
  const parameter = (name: string): string => formValue(query, name) ?? ''
  const [key, value] = [parameter('key'), parameter('value')]
  const says = (status: number, body: string): Answer => ({ response: textResponse(status, body) })
  const refuses = (status: number, why: string): Answer => says(status, `${why}\n`)
  yield* log(p, `GET ${path}`)
  switch (place) {
    case '/register':
      book.replicas.push(parameter('host'))
      return says(200, JSON.stringify({ data: book.store }))
    case '/get':
      return says(200, JSON.stringify({ data: key === '' ? book.store : Object.hasOwn(book.store, key) ? book.store[key] : '' }))
    case '/set':
      if (key === '') return refuses(400, 'cannot set with empty key.')
      book.store[key] = value
      for (const replica of book.replicas) {
        if ((yield* call(p, replica, book.backendPort, `set?key=${key}&value=${value}`)) === undefined) return refuses(417, `encountered error while propagating to replica '${replica}': connection failed`)
      }
      return says(200, JSON.stringify({ message: 'Updated' }))
    case '/guestbook': {
      const command = parameter('cmd').toLowerCase()
      if (command !== 'get' && command !== 'set') return refuses(400, `unsupported cmd: '${command}'`)
      if (command === 'set' && key === '') return refuses(400, 'cannot set with empty key.')
      const said = yield* call(p, command === 'get' ? 'agnhost-replica' : 'agnhost-primary', book.backendPort, `${command}?key=${key}&value=${value}`)
      return said === undefined ? refuses(417, 'encountered error: connection failed') : says(200, said)
    }
    default:
      return refuses(404, '404 page not found')
  }
}
