import { expect, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START } from '../testing/lab.ts'
import { runSql, shownByMysql, type SqlFlavor, type SqlState, statements } from './sql.ts'

const flavor: SqlFlavor = { kind: 'mysql', version: '8.0.44', now: '2026-01-05 09:00:00', host: 'db-0' }

test.each<[string, unknown]>([
  ['SELECT 1', { columns: ['1'], rows: [['1']] }],
  ["SELECT 'a;b' AS text, 2 + 3", { columns: ['text', '2 + 3'], rows: [['a;b', '5']] }],
  ['SELECT @@server_id,NOW()', { columns: ['@@server_id', 'NOW()'], rows: [['1', '2026-01-05 09:00:00']] }],
  ['SELECT * FROM test.messages', { columns: ['id', 'message'], rows: [['1', 'hello'], ['2', 'world']] }],
  ["SELECT message FROM test.messages WHERE id = 2 AND message LIKE 'w%'", { columns: ['message'], rows: [['world']] }],
  ['SELECT id FROM test.messages ORDER BY id DESC LIMIT 1', { columns: ['id'], rows: [['2']] }],
  ['SELECT COUNT(*) FROM test.messages', { columns: ['COUNT(*)'], rows: [['2']] }],
  ["UPDATE test.messages SET message = 'x' WHERE id > 1", { tag: 'UPDATE 1', count: 1 }],
  ['DELETE FROM test.messages', { tag: 'DELETE 2', count: 2 }],
  ['SELECT * FROM test.nope', { error: "ERROR 1146 (42S02) at line 1: Table 'test.nope' doesn't exist" }],
  ['USE nope', { error: "ERROR 1049 (42000) at line 1: Unknown database 'nope'" }],
  ['SHOW TABLES', { error: 'ERROR 1046 (3D000) at line 1: No database selected' }],
  ['CREATE DATABASE test', { error: "ERROR 1007 (HY000) at line 1: Can't create database 'test'; database exists" }],
  ['selct 1', { error: "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'selct 1' at line 1" }],
])('%s', (statement, result) => {
  const state: SqlState = { databases: {} }
  const session = { database: '', user: 'root' }
  for (const one of statements("CREATE DATABASE test; CREATE TABLE test.messages (id INT AUTO_INCREMENT, message VARCHAR(250), PRIMARY KEY (id)); INSERT INTO test.messages (message) VALUES ('hello'), ('world');")) expect(runSql(state, session, flavor, one)).not.toHaveProperty('error')
  expect(runSql(state, session, flavor, statement)).toEqual(result)
})

function volume(): FileSystem {
  return new FileSystem({ now: () => LAB_START })
}

test('what MySQL was told is there when it comes again, on the same volume only', () => {
  const files = volume()
  const started = (source: FileSystem): Lab => new Lab({ image: 'mysql:8.0', env: { MYSQL_ROOT_PASSWORD: 'secret', MYSQL_DATABASE: 'shop' }, mounts: [{ path: '/var/lib/mysql', source, readOnly: false }] }).start().until(20_000)
  const lab = started(files)
  expect(lab.exec(['mysql', '-uroot', '-psecret', 'shop', '-e', "CREATE TABLE t (name TEXT); INSERT INTO t VALUES ('ada')"]).exitCode).toBe(0)
  expect(lab.exec(['mysql', '-uroot', '-pwrong', '-e', 'SELECT 1']).stderr).toContain("ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)")
  expect(lab.exec(['sh', '-c', 'echo "SELECT * FROM shop.t" | mysql -uroot -psecret']).stdout).toBe('name\nada\n')
  expect(started(files).exec(['mysql', '-uroot', '-psecret', '-e', 'select * from shop.t']).stdout).toBe('name\nada\n')
  expect(started(volume()).exec(['mysql', '-uroot', '-psecret', '-e', 'select * from shop.t']).stderr).toContain("Table 'shop.t' doesn't exist")
})

test('psql shows it in columns, and knows its role and its database', () => {
  const lab = new Lab({ image: 'postgres:16', env: { POSTGRES_PASSWORD: 'secret', POSTGRES_DB: 'shop' } }).start().until(20_000)
  lab.exec(['psql', '-U', 'postgres', '-d', 'shop', '-c', "create table t (id serial, name text); insert into t (name) values ('ada')"])
  expect(lab.exec(['psql', '-U', 'postgres', '-d', 'shop', '-c', 'select * from t']).stdout).toBe(' id | name \n----+------\n  1 | ada\n(1 row)\n\n')
  expect(lab.exec(['psql', '-c', 'select 1']).stderr).toBe('psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  role "root" does not exist\n')
  expect(lab.exec(['psql', '-U', 'postgres', 'nope', '-c', 'select 1']).stderr).toContain('FATAL:  database "nope" does not exist')
  expect(lab.exec(['psql', '--version']).stdout).toBe('psql (PostgreSQL) 16.11\n')
})

test.each<[string, string, string]>([
  ['a web server', 'nginx:1.27', 'received invalid response to SSL negotiation: H'],
  ['redis', 'redis:7', 'server closed the connection unexpectedly'],
])('psql does not understand %s', (_, image, why) => {
  const lab = new Lab({ image: 'postgres:17', env: { POSTGRES_PASSWORD: 'secret' } }).start().until(10_000)
  lab.neighbour('other', { image })
  lab.until(20_000)
  const port = image.startsWith('redis') ? 6379 : 80
  const told = lab.exec(['psql', '-h', 'other', '-p', String(port), '-U', 'postgres', '-c', 'select 1'])
  expect(told).toMatchObject({ exitCode: 2, stdout: '' })
  expect(told.stderr).toContain(`psql: error: connection to server at "other", port ${port} failed: ${why}`)
})

test.each([
  ['file', 'n\nada\n', ''],
  ['terminal', '+-----+\n| n   |\n+-----+\n| ada |\n+-----+\n', ''],
  ['session', '+-----+\n| n   |\n+-----+\n| ada |\n+-----+\n1 row in set (0.00 sec)\n\n', 'Empty set (0.00 sec)\n\n'],
] as const)('mysql shows a %s its rows', (to, one, none) => {
  expect([shownByMysql({ columns: ['n'], rows: [['ada']] }, to), shownByMysql({ columns: ['n'], rows: [] }, to)]).toEqual([one, none])
})
