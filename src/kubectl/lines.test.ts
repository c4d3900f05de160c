import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { printTable } from '../engine/apiserver/printers/printers.ts'
import { FakeServer, type Given } from './testing/fakeServer.ts'

type Fields = Record<string, unknown>

interface Line {
  name: string
  has?: (string | Record<string, Fields>)[]
  run: string
  out?: string
  err?: string
  begins?: string
  within?: string[]
  exit?: number
}

const table = parse(readFileSync(new URL('testdata/lines.yaml', import.meta.url), 'utf8'), { merge: true }) as {
  objects: Record<string, Given>
  files: Record<string, string>
  cases: Line[]
}

/** `more` over `base`, object by object. */
function merged(base: unknown, more: unknown): unknown {
  if (!isFields(base) || !isFields(more)) return more
  return { ...base, ...Object.fromEntries(Object.entries(more).map(([key, value]) => [key, merged(base[key], value)])) }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

function given(has: Line['has'] = []): Given[] {
  return has.flatMap((entry) =>
    typeof entry === 'string' ? [table.objects[entry]!] : Object.entries(entry).map(([name, more]) => merged(table.objects[name], more) as Given))
}

const withoutEnd = (text: string) => text.replace(/\n$/, '')

test.each(table.cases)('$name', ({ has, run, out = '', err = '', begins, within, exit = 0 }) => {
  const server = new FakeServer({ printTable, objects: given(has) })
  const { stdout, stderr, exitCode } = server.exec({ line: run, files: table.files })
  expect(withoutEnd(stderr)).toBe(err)
  expect(exitCode).toBe(exit)
  if (begins !== undefined) expect(stdout.slice(0, begins.length)).toBe(begins)
  else if (within !== undefined) for (const words of within) expect(stdout).toContain(words)
  else expect(withoutEnd(stdout)).toBe(out)
})
