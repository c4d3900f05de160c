import { jsonOf } from '../../../api/json.ts'
import { type HttpRequest, type HttpResponse, textResponse } from '../../http.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { formatTime } from '../../tools/calendar.ts'
import { parseUrl } from '../../tools/http-client.ts'
import { type Answer, serveOrFail, stopsLikeGo } from '../serve.ts'
import type { Document } from './documents.ts'
import { askMongo, type MongoReply } from './server.ts'

/** The first host of an address, and the database behind it. */
function placeOf(uri: string): { host: string; port: number; db: string } {
  const [, hosts = '127.0.0.1', db = ''] = /^(?:mongodb(?:\+srv)?:\/\/)?(?:[^@/]*@)?([^/?]*)(?:\/([^?]*))?/.exec(uri) ?? []
  const [host = '127.0.0.1', port = '27017'] = hosts.split(',')[0]!.split(':')
  return { host: host === '' ? '127.0.0.1' : host, port: Number(port), db }
}

/** mongoimport [URI] --collection NAME --file FILE [--drop] [--jsonArray]: documents one after another, or a list. */
export function* mongoimport(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'd:c:h:u:p:', long: ['uri', 'db', 'collection', 'file', 'host', 'port', 'username', 'password', 'type'] })
  const place = placeOf(o.value('uri') ?? o.operands.find((word) => word.startsWith('mongodb')) ?? o.value('h', 'host') ?? '')
  const db = o.value('d', 'db') ?? (place.db || 'test')
  const path = o.value('file') ?? ''
  const text = p.machine.files.readText(path.startsWith('/') ? path : `${p.cwd}/${path}`, p.access)
  const say = (words: string): Run<void> => print(p, `${formatTime('%FT%T.000+0000', p.machine.now())}\t${words}\n`, 2)
  if (text === undefined) {
    yield* say(`Failed: open ${path}: no such file or directory`)
    return 1
  }
  const documents = documentsIn(text)
  if (documents === undefined) {
    yield* say('Failed: error processing document: invalid JSON input')
    return 1
  }
  const collection = o.value('c', 'collection') ?? path.replace(/^.*\/|\.\w+$/g, '')
  const ask = (command: string, args: Document): Run<MongoReply | { unreachable: string }> => askMongo(p, place.host, place.port, { db, command, args: { collection, ...args } })
  yield* say(`connected to: mongodb://${place.host}:${place.port}/`)
  if (o.has('drop')) yield* ask('drop', {})
  const reply = yield* ask('insert', { documents: documents.map((one, i) => ({ _id: { $oid: `${Math.floor(p.machine.now() / 1000).toString(16).padStart(8, '0')}${p.machine.random(2 ** 31).toString(16).padStart(8, '0')}${i.toString(16).padStart(8, '0')}` }, ...one })) })
  if ('unreachable' in reply || reply.ok !== 1) {
    yield* say(`Failed: ${'unreachable' in reply ? `could not connect to server: server selection error: ${reply.unreachable}` : reply.error.message}`)
    return 1
  }
  yield* say(`${documents.length} document(s) imported successfully. 0 document(s) failed to import.`)
  return 0
}

function documentsIn(text: string): Document[] | undefined {
  const all = jsonOf(text.trim().startsWith('[') ? text : `[${text.trim().replaceAll(/\}\s*\{/g, '},{')}]`)
  return Array.isArray(all) ? (all as Document[]) : undefined
}

/** The quiz of "Kubernetes in Action": questions from the MongoDB beside it, or from where --mongo-address says. */
export function* quizApi(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: '', long: ['listen-address', 'mongo-address'] })
  const version = /:(\d+\.\d+)/.exec(p.machine.config.image.reference)?.[1] ?? '0.1'
  const listen = o.value('listen-address') ?? ':8080'
  const address = o.value('mongo-address') ?? 'mongodb://127.0.0.1:27017'
  const log = (words: string): string => `${formatTime('%Y/%m/%d %T', p.machine.now())} ${words}\n`
  const stopped = stopsLikeGo(p)
  yield* print(p, `${log(`Quiz API Server ${version} starting...`)}${log(`Listen address:  "${listen}"`)}${log(`MongoDB address: "${address}"`)}${log('Starting HTTP server...')}`, 2)
  yield* sleep(p, 20, true)
  return yield* serveOrFail(p, [parseUrl(`http://x${listen.replace(/^[^:]*/, '')}`)?.port ?? 8080], (r) => quiz(p, placeOf(address), r), stopped)
}

function* quiz(p: Process, { host, port }: { host: string; port: number }, r: HttpRequest): Run<Answer> {
  const ask = (command: string, args: Document): Run<MongoReply | { unreachable: string }> => askMongo(p, host, port, { db: 'kiada', command, args })
  const json = (value: unknown, status = 200): HttpResponse => textResponse(status, `${JSON.stringify(value)}\n`, 'application/json')
  const down: HttpResponse = textResponse(500, "ERROR: connected to mongo, but couldn't execute the ping command: server selection error: server selection timeout\n")
  const path = r.path.split('?')[0]!
  if (path === '/healthz/ready') {
    const told = yield* ask('ping', {})
    return { response: 'unreachable' in told ? down : textResponse(200, 'Readiness check successful.\n') }
  }
  const [, id, answers] = /^\/questions\/(random|\d+)(\/answers)?$/.exec(path) ?? []
  if (id === undefined) return { response: textResponse(404, '404 page not found\n') }
  const told = yield* id === 'random' ? ask('aggregate', { collection: 'questions', pipeline: [{ $sample: { size: 1 } }] }) : ask('find', { collection: 'questions', filter: { id: Number(id) }, limit: 1 })
  if ('unreachable' in told || told.ok !== 1) return { response: down }
  const [question] = told.result as Document[]
  if (question === undefined) return { response: textResponse(404, 'Question not found\n') }
  const { _id: _, correctAnswerIndex, ...shown } = question
  if (answers === undefined || r.method !== 'POST') return { response: json({ ...shown, correctAnswerIndex }) }
  const given = Number(/\d+/.exec(r.body)?.[0] ?? -1)
  yield* ask('insert', { collection: 'responses', documents: [{ _id: { $oid: p.machine.random(2 ** 31).toString(16).padStart(24, '0') }, questionId: Number(id), answerIndex: given, correct: given === correctAnswerIndex }] })
  return { response: json({ questionId: Number(id), givenAnswerIndex: given, correctAnswerIndex, correctAnswerText: (question['answers'] as string[] | undefined)?.[Number(correctAnswerIndex)] }) }
}
