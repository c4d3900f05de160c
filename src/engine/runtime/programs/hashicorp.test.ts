import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

test.each([
  ['consul:1.4.0', ['agent', '-server'], ['consul', 'members'], /^Node +Address +Status +Type .*\nweb +10\.244\.1\.5:8301 +alive +server +1\.4\.0 /],
  ['hashicorp/consul:1.19', undefined, ['consul', 'version'], /^Consul v1\.19\n$/],
  ['hashicorp/vault:1.17', ['server', '-dev'], ['vault', 'status'], /\nSealed +false\n/],
  ['vault:1.13.3', undefined, ['vault', 'version'], /^Vault v1\.13\.3, /],
])('%s with %j', (image, args, command, said) => {
  const lab = new Lab({ image, ...(args === undefined ? {} : { args }), env: { VAULT_ADDR: 'http://127.0.0.1:8200' } }).start().until(5000)
  expect(lab.exit).toBeUndefined()
  expect(lab.exec(command).stdout).toMatch(said)
})

test('documents that are put are found, counted and gone', () => {
  const lab = new Lab({ image: 'elasticsearch:8.11.0' }).start().until(30_000)
  const ask = (...words: string[]): string => lab.exec(['curl', '-s', ...words]).stdout
  expect(ask('localhost:9200/_cat/indices')).toBe('')
  expect(JSON.parse(ask('-X', 'PUT', 'localhost:9200/books/_doc/1', '-H', 'Content-Type: application/json', '-d', '{"title":"Emma"}'))).toMatchObject({ _id: '1', result: 'created' })
  expect(JSON.parse(ask('localhost:9200/books/_doc/1'))).toMatchObject({ found: true, _source: { title: 'Emma' } })
  expect(JSON.parse(ask('localhost:9200/_search'))).toMatchObject({ hits: { total: { value: 1 } } })
  expect(ask('localhost:9200/_cat/indices?v')).toMatch(/^health +status +index .*\nyellow +open +books +\S+ +1 +1 +1 +0 /)
  expect(ask('-X', 'DELETE', 'localhost:9200/books')).toBe('{"acknowledged":true}')
  expect(JSON.parse(ask('localhost:9200/books/_doc/1'))).toMatchObject({ error: { type: 'index_not_found_exception' }, status: 404 })
})
