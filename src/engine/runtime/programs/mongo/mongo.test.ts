import { expect, test } from 'vitest'
import { FileSystem } from '../../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from '../../testing/lab.ts'

const started = (o: LabOptions = {}): Lab => new Lab({ image: 'mongo:7', ...o }).start().until(3000)
const mongosh = (lab: Lab, ...args: string[]): string => {
  const { stdout, stderr } = lab.exec(['mongosh', '--quiet', ...args])
  return (stdout + stderr).trimEnd()
}
const evaluate = (lab: Lab, code: string): string => mongosh(lab, '--eval', code).replaceAll(/ObjectId\('[0-9a-f]{24}'\)/g, 'ID')

test.each([
  ['db.foo.insertOne({ name: "a", n: 1 })', '{\n  acknowledged: true,\n  insertedId: ID\n}'],
  ['db.foo.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]).insertedIds[1]', 'ID'],
  ['db.foo.insertMany([{ _id: 1, n: 1 }, { _id: 2, n: 5 }]); db.foo.find({ n: { $gt: 1 } })', '[ { _id: 2, n: 5 } ]'],
  ['db.foo.insertMany([{ _id: 1, a: "x" }, { _id: 2, a: "y" }]); db.foo.find({}, { _id: 0 }).sort({ a: -1 }).toArray().map(d => d.a).join()', 'y,x'],
  ['db.foo.insertOne({ _id: 1, n: 1 }); db.foo.updateOne({ _id: 1 }, { $inc: { n: 4 }, $set: { "a.b": 2 } }); db.foo.findOne()', '{ _id: 1, n: 5, a: { b: 2 } }'],
  ['db.foo.insertOne({ _id: 1 }); db.foo.deleteMany({})', '{ acknowledged: true, deletedCount: 1 }'],
  ['db.foo.replaceOne({ _id: 1 }, { n: 1 }, { upsert: true }).upsertedCount + db.foo.countDocuments()', '2'],
  ['db.foo.insertMany([{ k: "a", v: 1 }, { k: "a", v: 2 }, { k: "b", v: 5 }]); db.foo.aggregate([{ $group: { _id: "$k", sum: { $sum: "$v" } } }, { $sort: { sum: 1 } }])', "[ { _id: 'a', sum: 3 }, { _id: 'b', sum: 5 } ]"],
  ['db.foo.insertOne({ _id: 1 }); db.foo.insertOne({ _id: 1 })', 'MongoServerError[DuplicateKey]: E11000 duplicate key error collection: test.foo index: _id_ dup key: { _id: 1 }'],
  ['db.getSiblingDB("shop").items.insertOne({ at: new Date(0) }); db.getSiblingDB("shop").items.findOne().at', '1970-01-01T00:00:00.000Z'],
  ['db.version()', '7.0.26'],
  ["db.adminCommand('ping')", '{ ok: 1 }'],
  ['db.runCommand({ ping: 1 }).ok', '1'],
  ['rs.status()', 'MongoServerError[NoReplicationEnabled]: This node was not started with replication enabled.'],
  ['db.foo.updateOne({}, { n: 1 })', 'MongoInvalidArgumentError: Update document requires atomic operators'],
  ['db.__proto__.insertOne({ a: 1 })', "MongoServerError[InvalidNamespace]: Invalid namespace specified 'test'"],
])('%s', (code, shown) => {
  expect(evaluate(started(), code)).toBe(shown)
})

test('the shell before it says it in its own words', () => {
  const lab = started({ image: 'mongo:4.4' })
  const mongo = (code: string): string => lab.exec(['mongo', '--quiet', '--eval', code]).stdout
  expect(mongo("db.foo.insert({name:'foo'})")).toBe('WriteResult({ "nInserted" : 1 })\n')
  expect(mongo('db.foo.find()')).toMatch(/^\{ "_id" : ObjectId\("[0-9a-f]{24}"\), "name" : "foo" \}\n$/)
  expect(mongo('printjson({a: [1], b: "x"})')).toBe('{\n\t"a" : [\n\t\t1\n\t],\n\t"b" : "x"\n}\n')
  expect(mongo('rs.status().code')).toBe('76\n')
  expect(lab.exec(['mongo'], { stdin: 'use mystore\ndb.foo.insert({name:"foo"})\nshow collections\ndb.foo.find({\n name: "foo"\n}).count()\n' }).stdout).toMatch(/connecting to: [^\n]*\nMongoDB server version: 4\.4\.\d+\nswitched to db mystore\nWriteResult\(\{ "nInserted" : 1 \}\)\nfoo\n1\n$/)
})

test('what was inserted lies on the volume, and the first start runs what lies ready', () => {
  const source = new FileSystem({ now: () => LAB_START })
  const scripts = new FileSystem({ now: () => LAB_START })
  scripts.writeText('/init.js', 'db.getSiblingDB("kiada").questions.insertMany([{ id: 1 }, { id: 2 }])\n')
  const mounts = [{ path: '/data/db', source, readOnly: false }, { path: '/docker-entrypoint-initdb.d', source: scripts, readOnly: true }]
  const first = started({ mounts })
  first.until(5000)
  expect(mongosh(first, 'kiada', '--eval', 'db.questions.countDocuments()')).toBe('2')
  mongosh(first, 'kiada', '--eval', 'db.questions.insertOne({ id: 3 })')
  first.os.signal('KILL')
  const second = started({ mounts })
  second.until(5000)
  expect(mongosh(second, 'kiada', '--eval', 'db.questions.countDocuments()')).toBe('3')
})

test('a root user', () => {
  const lab = started({ env: { MONGO_INITDB_ROOT_USERNAME: 'admin', MONGO_INITDB_ROOT_PASSWORD: 'secret' } })
  expect(evaluate(lab, 'db.foo.find()')).toBe('MongoServerError[Unauthorized]: Command find requires authentication')
  expect(mongosh(lab, '-u', 'admin', '-p', 'wrong', '--eval', '1')).toBe('MongoServerError: Authentication failed.')
  expect(mongosh(lab, 'mongodb://admin:secret@localhost:27017/shop?authSource=admin', '--eval', 'db.getName()')).toBe('shop')
})

test('a set of replicas: whoever is the first writes, the others read', () => {
  const lab = new Lab({ image: 'mongo:7', hostname: 'mongo-0', args: ['mongod', '--replSet', 'rs0', '--bind_ip_all'] })
  lab.neighbours.set('mongo-0', lab.os)
  lab.neighbour('mongo-1', { image: 'mongo:7', args: ['mongod', '--replSet', 'rs0'] })
  lab.start().until(3000)
  expect(evaluate(lab, 'db.foo.insertOne({})')).toContain('NotWritablePrimary')
  expect(evaluate(lab, "rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo-0:27017' }] }).ok")).toBe('1')
  expect(evaluate(lab, "rs.add('mongo-1:27017').ok; rs.status().members.map(m => m.stateStr).join()")).toBe('PRIMARY,SECONDARY')
  expect(evaluate(lab, 'db.foo.insertOne({ _id: 1 }).acknowledged')).toBe('true')
  expect(mongosh(lab, '--host', 'mongo-1', '--eval', 'db.foo.find()')).toBe('[ { _id: 1 } ]')
  expect(mongosh(lab, '--host', 'mongo-1', '--eval', 'db.foo.insertOne({})')).toContain('not primary')
  expect(mongosh(lab, 'mongodb://mongo-1,mongo-0/test?replicaSet=rs0', '--eval', 'db.foo.insertOne({ _id: 2 }).acknowledged')).toBe('true')
})

test('nobody there', () => {
  const lab = new Lab({ image: 'mongo:7', command: ['sleep', '100'] }).start().until(1000)
  expect(lab.exec(['mongosh', '--eval', '1'])).toMatchObject({ exitCode: 1, stderr: 'MongoNetworkError: connect ECONNREFUSED 127.0.0.1:27017\n' })
})

test('the quiz asks what is in the database, and mongoimport brings it there', () => {
  const lab = new Lab({ image: 'luksa/quiz-api:0.1' })
  const files = new FileSystem({ now: () => LAB_START })
  files.writeText('/q.json', '{ "id": 7, "text": "Which?", "answers": ["a", "b"], "correctAnswerIndex": 1 }\n{ "id": 8, "text": "?" }\n')
  lab.neighbour('db', { image: 'mongo:7', mounts: [{ path: '/q', source: files, readOnly: true }] })
  lab.neighbours.set('127.0.0.1', lab.neighbours.get('db')!)
  lab.start().until(1000)
  const get = (path: string, o: object = {}) => lab.get(path, { port: 8080, ...o }) as { status: number; body: string }
  expect(get('/healthz/ready').status).toBe(500)
  lab.until(4000)
  expect(get('/healthz/ready').status).toBe(200)
  const out: string[] = []
  lab.neighbours.get('db')!.exec(['mongoimport', 'mongodb://localhost/kiada', '--collection', 'questions', '--file', '/q/q.json'], { onOutput: (_to, text) => void out.push(text) }, () => {})
  lab.until(6000)
  expect(out.join('')).toContain('2 document(s) imported successfully.')
  expect(JSON.parse(get('/questions/7').body)).toMatchObject({ text: 'Which?' })
  expect(JSON.parse(get('/questions/7/answers', { method: 'POST', body: '1' }).body)).toMatchObject({ correctAnswerIndex: 1, correctAnswerText: 'b' })
  expect(get('/questions/9').status).toBe(404)
})
