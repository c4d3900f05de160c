import type { Interpreter } from '../../javascript/interpreter.ts'
import { at, fail, JsArray, JsFunction, JsObject, native, objectOf, toText, truthy, type Value } from '../../javascript/values.ts'
import type { Run } from '../../process/process.ts'
import { type Document, type Field, onlyEntry } from './documents.ts'
import type { Session } from './shell.ts'
import { fromField, toDocument, toField } from './values.ts'

type Method = (args: Value[]) => Run<Value>
/** A command, with its arguments. */
type Ask = (command: string, args?: Document) => Run<Field>

const functionOf = (name: string, run: Method): JsFunction => new JsFunction(name, (_, args) => run(args))

/** `db`, whose every name is a collection, and `rs`. */
export function databaseOf(js: Interpreter, session: Session): void {
  js.global.set('db', database(js, session))
  js.global.set('rs', replicas(session))
}

function database(js: Interpreter, session: Session, name?: string): JsObject {
  // Of another database than the one that is in use.
  const within = function* <T>(run: () => Run<T>): Run<T> {
    const before = session.db
    if (name !== undefined) session.db = name
    const result = yield* run()
    session.db = before
    return result
  }
  const get = (command: string, args: Document = {}): Run<Field> => within(() => session.get(command, args))
  const given = (command: string, args: (values: Value[]) => Document = () => ({})): Method => function* (values) {
    return fromField(yield* get(command, args(values)))
  }
  const collection = (of: string): JsObject => collectionOf(js, session, of, get)
  const run: Method = function* ([what]) {
    const [command, operand]: [string, Field] = typeof what === 'string' ? [what, 1] : onlyEntry(toDocument(what))
    const known: Readonly<Record<string, string>> = { isMaster: 'hello', ismaster: 'hello', replSetGetStatus: 'replStatus' }
    return fromField(yield* get(known[command] ?? command, typeof operand === 'object' && !Array.isArray(operand) && operand !== null ? operand : {}))
  }
  const methods: Readonly<Record<string, Method>> = {
    runCommand: run,
    adminCommand: run,
    hello: given('hello'),
    isMaster: given('hello'),
    serverStatus: given('serverStatus'),
    stats: given('serverStatus'),
    *version() {
      return fromField(((yield* get('buildInfo')) as Document)['version'] ?? null)
    },
    getCollectionNames: given('listCollections'),
    dropDatabase: given('dropDatabase'),
    createCollection: given('createCollection', ([of]) => ({ collection: toText(of) })),
    createUser: given('createUser', ([user]) => toDocument(user)),
    getUsers: given('ping'),
    auth: () => at(objectOf({ ok: 1 })),
  }
  const made = new JsObject('Database')
  made.dynamic = (field) => {
    if (field === 'getSiblingDB' || field === 'getMongo') return native(field, ([other]) => (field === 'getMongo' ? made : database(js, session, toText(other))))
    if (field === 'getDB') return native(field, ([other]) => database(js, session, toText(other)))
    if (field === 'getName') return native(field, () => name ?? session.db)
    if (field === 'getCollection') return native(field, ([of]) => collection(toText(of)))
    if (field === 'setReadPref' || field === 'setSlaveOk') return native(field, () => undefined)
    if (field === 'toString') return native(field, () => name ?? session.db)
    return Object.hasOwn(methods, field) ? functionOf(field, methods[field]!) : collection(field)
  }
  return made
}

const flags = (options: Value): Document => (options instanceof JsObject && truthy(options.fields.get('upsert')) ? { upsert: true } : {})

/** What the old shell shows instead of the value. */
function worded(made: JsObject, words: string): JsObject {
  made.words = words
  return made
}

/** The methods that change what a collection has. */
function writing(session: Session, ask: Ask): Readonly<Record<string, Method>> {
  const identified = (v: Value): JsObject => {
    if (!(v instanceof JsObject)) throw fail('MongoInvalidArgumentError', 'Document must be an object')
    if (v.fields.has('_id')) return v
    const rest = [...v.fields]
    v.fields.clear()
    v.fields.set('_id', session.id())
    for (const [field, value] of rest) v.fields.set(field, value)
    return v
  }
  const insert = function* (v: Value, isOld: boolean): Run<Value> {
    const documents = (v instanceof JsArray ? v.items : [v]).map(identified)
    yield* ask('insert', { documents: documents.map((one) => toField(one)) })
    const ids = documents.map((one) => one.fields.get('_id'))
    if (v instanceof JsArray || (isOld && !session.isLegacy)) return objectOf({ acknowledged: true, insertedIds: session.isLegacy ? new JsArray(ids) : objectOf(Object.fromEntries(ids.map((id, i) => [String(i), id]))) })
    return isOld ? worded(objectOf({ nInserted: 1 }), 'WriteResult({ "nInserted" : 1 })') : objectOf({ acknowledged: true, insertedId: ids[0] })
  }
  const change = function* ([filter, to, options]: Value[], o: { multi?: boolean; replaces?: boolean; isOld?: boolean }): Run<Value> {
    const isReplacement = o.replaces === true || (o.isOld === true && to instanceof JsObject && ![...to.fields.keys()].some((field) => field.startsWith('$')))
    if (o.isOld !== true && !isReplacement && to instanceof JsObject && ![...to.fields.keys()].every((field) => field.startsWith('$'))) throw fail('MongoInvalidArgumentError', 'Update document requires atomic operators')
    const multi = o.multi === true || (options instanceof JsObject && truthy(options.fields.get('multi')))
    const told = (yield* ask('update', { filter: toDocument(filter), change: toDocument(to), multi, replaces: isReplacement, id: toField(session.id()), ...flags(options) })) as { matched: number; modified: number; upserted: Field }
    if (o.isOld === true && session.isLegacy) return worded(new JsObject(), `WriteResult({ "nMatched" : ${told.matched}, "nUpserted" : ${told.upserted === null ? 0 : 1}, "nModified" : ${told.modified} })`)
    return objectOf({ acknowledged: true, insertedId: fromField(told.upserted), matchedCount: told.matched, modifiedCount: told.modified, upsertedCount: told.upserted === null ? 0 : 1 })
  }
  const remove = (multi: boolean, isOld = false): Method => function* ([filter]) {
    const removed = (yield* ask('delete', { filter: toDocument(filter), multi })) as number
    return isOld && session.isLegacy ? worded(new JsObject(), `WriteResult({ "nRemoved" : ${removed} })`) : objectOf({ acknowledged: true, deletedCount: removed })
  }
  return {
    insertOne: ([v]) => insert(v, false),
    insertMany: ([v]) => insert(v, false),
    insert: ([v]) => insert(v, true),
    save: ([v]) => insert(v, true),
    updateOne: (args) => change(args, {}),
    updateMany: (args) => change(args, { multi: true }),
    replaceOne: (args) => change(args, { replaces: true }),
    update: (args) => change(args, { isOld: true }),
    deleteOne: remove(false),
    deleteMany: remove(true),
    remove: remove(true, true),
    *findOneAndUpdate(args) {
      const [before] = (yield* ask('find', { filter: toDocument(args[0]), limit: 1 })) as Field[]
      yield* change(args, {})
      return fromField(before ?? null)
    },
  }
}

function collectionOf(js: Interpreter, session: Session, name: string, get: (command: string, args?: Document) => Run<Field>): JsObject {
  const ask = (command: string, args: Document = {}): Run<Field> => get(command, { collection: name, ...args })
  const count = (): Method => function* ([filter]) {
    return (yield* ask('count', { filter: toDocument(filter) })) as number
  }
  const methods: Readonly<Record<string, Method>> = {
    ...writing(session, ask),
    find: ([filter, projection]) => cursorOf(js, ask, { filter: toDocument(filter), projection: toDocument(projection) }),
    *findOne([filter, projection]) {
      return fromField(((yield* ask('find', { filter: toDocument(filter), projection: toDocument(projection), limit: 1 })) as Field[])[0] ?? null)
    },
    count: count(),
    countDocuments: count(),
    estimatedDocumentCount: count(),
    *findOneAndDelete([filter, options]) {
      return fromField(yield* ask('findAndModify', { filter: toDocument(filter), returns: true, sort: toDocument(options instanceof JsObject ? options.fields.get('sort') : undefined) }))
    },
    aggregate: (stages) => cursorOf(js, (_, args) => ask('aggregate', args), { pipeline: (stages[0] instanceof JsArray ? stages[0].items : stages).map((one) => toDocument(one)) }),
    *distinct([key, filter]) {
      return fromField(yield* ask('distinct', { key: toText(key), filter: toDocument(filter) }))
    },
    *drop() {
      return (yield* ask('drop')) as boolean
    },
    createIndex: ([keys]) => at(Object.entries(toDocument(keys)).map(([field, way]) => `${field}_${String(way)}`).join('_')),
    getIndexes: () => at(fromField([{ v: 2, key: { _id: 1 }, name: '_id_' }])),
  }
  const made = new JsObject('Collection')
  made.dynamic = (field) => {
    if (field === 'getName') return native(field, () => name)
    return Object.hasOwn(methods, field) ? functionOf(field, methods[field]!) : collectionOf(js, session, `${name}.${field}`, get)
  }
  return made
}

/** What was found; a cursor that is sorted or cut asks again. */
function* cursorOf(js: Interpreter, ask: (command: string, args: Document) => Run<Field>, query: Document): Run<JsObject> {
  const made = new JsObject('Cursor', ((yield* ask('find', query)) as Field[]).map(fromField))
  const items = (): Value[] => made.data as Value[]
  const again = (field: string): Method => ([v]) => cursorOf(js, ask, { ...query, [field]: toField(v) })
  let next = 0
  const methods: Readonly<Record<string, Method>> = {
    sort: again('sort'),
    limit: again('limit'),
    skip: again('skip'),
    project: again('projection'),
    toArray: () => at(new JsArray(items())),
    count: () => at(items().length),
    pretty: () => {
      made.isPretty = true
      return at(made)
    },
    hasNext: () => at(next < items().length),
    next: () => at(items()[next++] ?? null),
    close: () => at(undefined),
    *forEach([f]) {
      for (const item of items()) yield* js.call(f, undefined, [item], 'callback')
      return undefined
    },
    *map([f]) {
      const out: Value[] = []
      for (const item of items()) out.push(yield* js.call(f, undefined, [item], 'callback'))
      return new JsArray(out)
    },
  }
  made.dynamic = (field) => {
    const method = field === 'size' || field === 'itcount' ? methods['count'] : Object.hasOwn(methods, field) ? methods[field] : undefined
    return method === undefined ? undefined : functionOf(field, method)
  }
  return made
}

function replicas(session: Session): JsObject {
  const member = (v: Value): Document => (v instanceof JsObject ? toDocument(v) : { host: toText(v) })
  /** The old shell does not throw, but shows the error. */
  const told = function* (command: string, args: Document = {}): Run<Value> {
    if (!session.isLegacy) return fromField(yield* session.get(command, args))
    const reply = yield* session.ask(command, args)
    return fromField(reply.ok === 1 ? reply.result : { ok: 0, errmsg: reply.error.message, code: reply.error.code, codeName: reply.error.codeName })
  }
  return objectOf({
    initiate: functionOf('initiate', ([config]) => told('replInitiate', toDocument(config))),
    status: functionOf('status', () => told('replStatus')),
    conf: functionOf('conf', () => told('replConfig')),
    config: functionOf('config', () => told('replConfig')),
    add: functionOf('add', ([host]) => told('replAdd', member(host))),
    isMaster: functionOf('isMaster', () => told('hello')),
    hello: functionOf('hello', () => told('hello')),
    slaveOk: native('slaveOk', () => undefined),
    secondaryOk: native('secondaryOk', () => undefined),
  })
}
