import { expect, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START } from '../testing/lab.ts'
import { runSql, shownByMysql, type SqlFlavor, type SqlState, statements } from './sql.ts'

const flavor: SqlFlavor = { kind: 'mysql', version: '8.0.44', now: '2026-01-05 09:00:00', host: 'db-0', variables: new Map([['server_id', '1']]) }

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

test.each(['mysql:8.0', 'postgres:16', 'mongo:7', 'redis:7'])('%s goes on when somebody sends it what it cannot read', (image) => {
  const lab = new Lab({ image, env: { MYSQL_ROOT_PASSWORD: 'x', POSTGRES_PASSWORD: 'x' } }).start().until(20_000)
  for (const method of ['SQL', 'MONGO', 'REDIS', 'GRPC', 'TCP']) {
    lab.get('/', { method, port: { mysql: 3306, postgres: 5432, mongo: 27_017, redis: 6379 }[image.split(':')[0]!]!, body: '{' })
  }
  expect(lab.os.processes().length).toBeGreaterThan(0)
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

test.each<[string, string[]]>([
  ["-- one; two\nselect 1; /* three; */ select 'a;b' -- four\n;", ['select 1', "select 'a;b'"]],
  ['# of MySQL\nselect 1', ['select 1']],
  ['\\c shop\nselect 1;\n\\dt', ['\\c shop', 'select 1', '\\dt']],
  ['create function f() returns int as $$ begin; return 1; end $$ language plpgsql; select 2', ['create function f() returns int as $$ begin; return 1; end $$ language plpgsql', 'select 2']],
  ['COPY t (a, b) FROM stdin;\n1\tx;y\n2\t\\N\n\\.\n\nselect 1;', ['COPY t (a, b) FROM stdin\n1\tx;y\n2\t\\N', 'select 1']],
])('statements of %j', (text, expected) => expect(statements(text)).toEqual(expected))

const scripts = (files: Record<string, string>): FileSystem => {
  const fs = volume()
  for (const [path, text] of Object.entries(files)) fs.writeText(path, text)
  return fs
}
const begun = (image: string, env: Record<string, string>, files: Record<string, string>): Lab =>
  new Lab({ image, env, mounts: [{ path: '/docker-entrypoint-initdb.d', source: scripts(files), readOnly: true }] }).start().until(30_000)

test.each([
  ['postgres:16', { POSTGRES_PASSWORD: 'p', POSTGRES_USER: 'app', POSTGRES_DB: 'shop' }, ['psql', '-U', 'app', 'shop', '-tAc', 'select name from items'], 'psql -U "$POSTGRES_USER" "$POSTGRES_DB" -c'],
  ['postgres:16-alpine', { POSTGRES_PASSWORD: 'p', POSTGRES_USER: 'app', POSTGRES_DB: 'shop' }, ['psql', '-U', 'app', 'shop', '-tAc', 'select name from items'], 'psql -U "$POSTGRES_USER" "$POSTGRES_DB" -c'],
  ['mysql:9', { MYSQL_ROOT_PASSWORD: 'p', MYSQL_DATABASE: 'shop' }, ['mysql', '-uroot', '-pp', '-N', 'shop', '-e', 'select name from items'], 'mysql -uroot -p"$MYSQL_ROOT_PASSWORD" "$MYSQL_DATABASE" -e'],
  ['mariadb:11.4', { MARIADB_ROOT_PASSWORD: 'p', MARIADB_DATABASE: 'shop' }, ['mariadb', '-uroot', '-pp', '-N', 'shop', '-e', 'select name from items'], 'mariadb -uroot -p"$MARIADB_ROOT_PASSWORD" "$MARIADB_DATABASE" -e'],
])('%s begins with what its scripts say, in the order of their names', (image, env, question, client) => {
  const lab = begun(image, env, { '02.sh': `${client} "insert into items (name) values ('cocoa')"`, '01.sql': "-- what there is\ncreate table items (id int, name varchar(20));\ninsert into items (name) values ('tea');\n", 'notes.txt': 'x' })
  expect(lab.exec(question).stdout).toBe('tea\ncocoa\n')
  expect(lab.output).toMatch(/running \/docker-entrypoint-initdb\.d\/01\.sql\n[^]*running \/docker-entrypoint-initdb\.d\/02\.sh\n[^]*ignoring \/docker-entrypoint-initdb\.d\/notes\.txt\n/)
})

test('a script that fails ends the container', () => {
  const lab = begun('postgres:16', { POSTGRES_PASSWORD: 'p' }, { '01.sql': 'create table a (b int);\n\nselect * from nope;\ncreate table c (d int);' })
  expect(lab.exit?.exitCode).toBe(3)
  expect(lab.output).toContain('psql:/docker-entrypoint-initdb.d/01.sql:3: ERROR:  relation "nope" does not exist\n')
})

test('what is dumped can be read again', () => {
  const started = (): Lab => new Lab({ image: 'postgres:16', env: { POSTGRES_PASSWORD: 'p' } }).start().until(20_000)
  const lab = started()
  lab.exec(['psql', '-U', 'postgres', '-c', "create table items (id serial primary key, name text not null, price numeric(10,2) default 1); insert into items (name, price) values ('tea', 3.50), ('black coffee', 4.25)"])
  const dump = lab.exec(['pg_dump', '-U', 'postgres']).stdout
  expect(dump).toContain('CREATE TABLE public.items (\n    id integer NOT NULL,\n    name text NOT NULL,\n    price numeric(10,2) DEFAULT 1\n);\n')
  const other = started()
  other.os.files.writeText('/dump.sql', dump)
  expect(other.exec(['psql', '-q', '-U', 'postgres', '-f', '/dump.sql'])).toMatchObject({ stdout: '', stderr: '', exitCode: 0 })
  expect(other.exec(['psql', '-U', 'postgres', '-tAc', 'select * from items']).stdout).toBe('1|tea|3.50\n2|black coffee|4.25\n')
  expect(other.exec(['psql', '-U', 'postgres', '-c', '\\dt']).stdout).toBe('         List of relations\n Schema | Name  | Type  |  Owner   \n--------+-------+-------+----------\n public | items | table | postgres\n(1 row)\n\n')
})

test('mysqldump, too', () => {
  const lab = new Lab({ image: 'mysql:9', env: { MYSQL_ROOT_PASSWORD: 'p', MYSQL_DATABASE: 'shop' } }).start().until(20_000)
  lab.exec(['mysql', '-uroot', '-pp', 'shop', '-e', "create table t (id int auto_increment primary key, name varchar(20) not null); insert into t (name) values ('a''b')"])
  expect(lab.exec(['sh', '-c', 'mysqldump -uroot -pp shop > /d.sql; mysql -uroot -pp -e "create database copy"; mysql -uroot -pp copy < /d.sql; mysql -uroot -pp copy -e "select * from t; describe t"']).stdout).toBe("id\tname\n1\ta'b\nField\tType\tNull\tKey\tDefault\tExtra\nid\tint\tNO\tPRI\tNULL\tauto_increment\nname\tvarchar(20)\tNO\t\tNULL\t\n")
  expect(lab.exec(['mysqldump', '-uroot', '-pp', 'nope'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("mysqldump: Got error: 1049: Unknown database 'nope' when selecting the database\n") })
})

test.each([
  ['the one that the image makes', 'wp', 'wppass', ''],
  ['... with a wrong password', 'wp', 'nope', 'ERROR 1045 (28000): Access denied for user \'wp\'@\'localhost\' (using password: YES)'],
  ['one that was made', 'joe', 'x', ''],
  ['a stranger', 'ann', 'x', 'ERROR 1045 (28000): Access denied for user \'ann\'@\'localhost\' (using password: YES)'],
])('who may ask MySQL: %s', (_, user, password, refusal) => {
  const lab = new Lab({ image: 'mysql:9', env: { MYSQL_ROOT_PASSWORD: 'p', MYSQL_USER: 'wp', MYSQL_PASSWORD: 'wppass' } }).start().until(20_000)
  lab.exec(['mysql', '-uroot', '-pp', '-e', "CREATE USER 'joe'@'%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO 'joe'@'%'"])
  const { stderr } = lab.exec(['mysql', `-u${user}`, `-p${password}`, '-e', 'select 1'])
  expect(stderr.replace('mysql: [Warning] Using a password on the command line interface can be insecure.\n', '').trim()).toBe(refusal)
})

test('psql does one command after the other, and lists roles', () => {
  const lab = new Lab({ image: 'postgres:15', env: { POSTGRES_PASSWORD: 'p', POSTGRES_USER: 'app' } }).start().until(20_000)
  expect(lab.exec(['psql', '-U', 'app', '-c', '\\dt'])).toMatchObject({ exitCode: 0, stderr: 'Did not find any relations.\n' })
  expect(lab.exec(['psql', '-U', 'app', '-c', "create role copier replication login password 'x'", '-c', 'nonsense', '-c', 'create table t (a int)']).stdout).toBe('CREATE ROLE\nCREATE TABLE\n')
  expect(lab.exec(['psql', '-U', 'app', '-c', '\\du']).stdout).toBe(
    [
      '                                   List of roles',
      ' Role name |                         Attributes                         | Member of ',
      '-----------+------------------------------------------------------------+-----------',
      ' app       | Superuser, Create role, Create DB, Replication, Bypass RLS | {}',
      ' copier    | Replication                                                | {}',
      '\n',
    ].join('\n'),
  )
})
