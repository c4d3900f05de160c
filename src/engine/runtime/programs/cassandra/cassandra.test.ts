import { expect, test } from 'vitest'
import { Lab } from '../../testing/lab.ts'

const seed = { image: 'cassandra:4.1', env: { CASSANDRA_DC: 'east', CASSANDRA_BROADCAST_ADDRESS: '10.96.0.43' } }

function joined(env: Record<string, string> = {}): Lab {
  const lab = new Lab({ image: 'cassandra:4.1', env: { CASSANDRA_SEEDS: 'first', CASSANDRA_DC: 'east', ...env } })
  lab.neighbour('first', seed)
  return lab.until(25_000).start().until(60_000)
}

test('a node joins by its seed, and nodetool tells of both', () => {
  const lab = joined()
  const { stdout } = lab.exec(['nodetool', 'status'])
  expect(stdout).toMatch(/^Datacenter: east\n=+\nStatus=Up\/Down\n\|\/ State=Normal\/Leaving\/Joining\/Moving\n--  Address {5}Load {8}Tokens {2}Owns/)
  expect(stdout.match(/^UN {2}10\.\S+ .* 50\.0% .* rack1$/gm)).toHaveLength(2)
  expect(lab.exec(['nodetool', 'drain'])).toMatchObject({ exitCode: 0, stdout: '' })
  expect(lab.exec(['cqlsh', '-e', 'DESCRIBE KEYSPACES'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Connection refused') as string })
})

test.each([
  [{ CASSANDRA_SEEDS: 'nowhere' }, 'Unable to gossip with any peers'],
  [{ CASSANDRA_CLUSTER_NAME: 'Other' }, 'ClusterName mismatch from seed: Test Cluster != Other'],
])('with %o it cannot join', (env, words) => {
  const lab = joined(env)
  expect(lab.exit).toMatchObject({ exitCode: 3 })
  expect(lab.output).toContain(words)
})

test.each([
  ["INSERT INTO shop.t (id, name) VALUES (7, 'ada'); SELECT * FROM shop.t WHERE id = 7 ALLOW FILTERING", 0, '\n id | name\n----+------\n  7 |  ada\n\n(1 rows)\n'],
  ['USE shop; DESCRIBE TABLES', 0, '\nt\n\n'],
  ['SELECT * FROM shop.nope', 2, '<stdin>:1:InvalidRequest: Error from server: code=2200 [Invalid query] message="table nope does not exist"\n'],
  ['USE nope', 2, `<stdin>:1:InvalidRequest: Error from server: code=2200 [Invalid query] message="Keyspace 'nope' does not exist"\n`],
  ["CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", 2, "<stdin>:1:AlreadyExists: Keyspace 'shop' already exists\n"],
])('cqlsh at either node: %s', (statement, exitCode, shown) => {
  const lab = joined()
  lab.exec(['cqlsh', 'first', '-e', "CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 2}; CREATE TABLE shop.t (id int PRIMARY KEY, name text)"])
  const told = lab.exec(['cqlsh', '-e', statement])
  expect({ exitCode: told.exitCode, shown: told.stdout + told.stderr }).toEqual({ exitCode, shown })
})
