import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { printTable } from '../engine/apiserver/printers/printers.ts'
import { Random } from '../engine/kernel/random.ts'
import type { Command } from './command.ts'
import { globalFlags } from './commandLine/globalFlags.ts'
import { root } from './commands/root.ts'
import { FakeServer, type Given } from './testing/fakeServer.ts'

/** Nonsense made of real commands, flags and names: whatever a person types, kubectl answers and ends. */
const lines = 3000

const table = parse(readFileSync(new URL('testdata/lines.yaml', import.meta.url), 'utf8'), { merge: true }) as {
  objects: Record<string, Given>
  files: Record<string, string>
}

function pathsOf(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  const own = [{ path, command }]
  return [...own, ...(command.commands ?? []).flatMap((c) => pathsOf(c, [...path, c.name]))]
}

const commands = pathsOf(root)

const words = [
  ...Object.values(table.objects).map(({ metadata }) => metadata.name),
  ...'pods pod po deploy,rs all nodes svc/front pod/pod deployment.apps/shop deployments.v1.apps none nope/x a/b/c , / -- - = a=b a- a=b:NoSchedule :NoExecute- 80 80:x 0 -1 99999999999999999999 1s 1h5 a=1,b in(x)'.split(' '),
  'front.yaml', 'shop.yaml', 'none.yaml', '.', '..', '/', '*', '', ' ', '"', "'", '"open', '\\', '\n', '\t', '$(x)', '`', '|', ';', '&&', '#', '{', '}', '{{', '{.', '{.metadata.name}',
  '{range .items[*]}', '{{.metadata.name}}', '{{range .items}}', 'jsonpath={', 'jsonpath={..}', 'jsonpath={.items[?(@.a', 'custom-columns=', 'custom-columns=A:', 'go-template={{', 'wide', 'json', 'yaml', 'name',
  '{"spec":{"replicas":3}}', '[{"op":"remove","path":"/spec"}]', '{"a":', '[]', 'null', '__proto__', 'constructor', 'toString', 'é', '日本', '\u0000', '\u202e', 'x'.repeat(3000), '🎬',
]

function nonsense(r: Random): string {
  const pick = <T>(from: readonly T[]): T => from[r.int(from.length)]!
  const { path, command } = pick(commands)
  const flags = [...command.flags, ...globalFlags]
  const flag = (): string => {
    if (r.int(12) === 0) return pick(['--', '-', '--=', '-o=', '---x', '--no', '-xyz', '-A-n', '--output', '-o'])
    const { name, short } = pick(flags)
    const dashed = short !== undefined && r.int(2) === 0 ? `-${short}` : `--${name}`
    return r.int(2) === 0 ? dashed : `${dashed}=${pick(words)}`
  }
  const rest = Array.from({ length: r.int(6) }, () => (r.int(2) === 0 ? flag() : pick(words)))
  return [...path, ...rest].map((word) => (/\s/.test(word) && r.int(2) === 0 ? `'${word}'` : word)).join(' ')
}

test(`${lines} lines of nonsense`, { timeout: 120_000 }, () => {
  for (let seed = 1; seed <= lines; seed++) {
    const r = new Random(seed, 'nonsense')
    const line = nonsense(r)
    const run = () => new FakeServer({ printTable, objects: Object.values(table.objects) }).exec({ line, files: table.files, stdin: r.int(4) === 0 ? 'a: {' : '' })
    let answer: ReturnType<typeof run>
    try {
      answer = run()
    } catch (error) {
      throw new Error(`kubectl ${line}`, { cause: error })
    }
    // -1: it waits for what will never come here, such as the next change.
    expect([-1, 0, 1, 2, 127]).toContain(answer.exitCode)
    expect(answer.stdout + answer.stderr, `kubectl ${line}`).not.toMatch(/\[object Object\]|\bundefined\b|\bNaN\b/)
    if (answer.exitCode > 0) expect(answer.stdout + answer.stderr, `kubectl ${line} says why`).not.toBe('')
  }
})
