import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { printTable } from '../../engine/apiserver/printers/printers.ts'
import { FakeServer, type Given } from '../testing/fakeServer.ts'

type EventWords = [type: string, reason: string, message: string, from: string, first: string, last: string, count: number]

interface Described {
  name: string
  run: string
  now: string
  objects: Given[]
  events?: EventWords[]
  prints: string
}

const { cases } = parse(readFileSync(new URL('testdata/objects.yaml', import.meta.url), 'utf8'), { maxAliasCount: -1 }) as { cases: Described[] }

/** Named in the order in which they are listed, which is the order that a server keeps. */
function eventAbout({ kind, metadata }: Given, [type, reason, message, component, firstTimestamp, lastTimestamp, count]: EventWords, index: number): Given {
  const { name, namespace = '', uid } = metadata
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${index}`, namespace: namespace || 'default' },
    involvedObject: { kind, name, namespace, uid },
    type,
    reason,
    message,
    source: { component },
    firstTimestamp,
    lastTimestamp,
    count,
  }
}

test.each(cases)('$name', ({ run, now, objects, events = [], prints }) => {
  const server = new FakeServer({ printTable, now, objects: [...objects, ...events.map((words, i) => eventAbout(objects[0]!, words, i))] })
  expect(server.exec({ line: run })).toEqual({ stdout: prints, stderr: '', exitCode: 0 })
})
