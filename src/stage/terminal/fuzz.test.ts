import { beforeAll, expect, test } from 'vitest'
import { expand } from './expand.ts'
import { applyFilters, fetchFilters, filterNames } from './pipe.ts'
import { commandStart, parseLine } from './shell.ts'
import { xargsCommands } from './xargs.ts'

/** Nonsense for the shell: it parses or says why not, and its small programs answer. */
const lines = 5000

beforeAll(fetchFilters)

const pieces = [
  ...filterNames,
  ...'kubectl k xargs watch get pods -n -A -1 -k2 -F: -E -I{} {} a "b c" \'d e\' $1 {print NR>1 /a/ END} s/a/b/g 1,$p $d | || && & ; > >> < << <<< 2>&1 ( ) { } ` $( " \' \\ # \n \t \u0000 \u0001 é 🎬 EOF <<EOF'.split(' '),
]

/** A small generator of its own: the same lines in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2654435761
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0
    return state % below
  }
}

test(`${lines} lines`, async () => {
  for (let seed = 1; seed <= lines; seed++) {
    const next = numbers(seed)
    const line = Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]! + (next(3) === 0 ? '' : ' ')).join('')
    const parsed = parseLine(line)
    expect(['pipelines', 'open', 'error', 'unknown']).toContain(parsed.type)
    expect(commandStart(line)).toBeLessThanOrEqual(line.length)
    for (const { commands } of parsed.type === 'pipelines' ? parsed.pipelines : []) {
      const expanded = await Promise.all(commands.map((command) => expand(command, () => Promise.resolve('x y\nz\n'))))
      const { stdout, stderr, exitCode } = applyFilters(expanded, 'NAME   READY\nweb    1/1\n')
      expect(stdout + stderr, line).not.toMatch(/\[object|undefined|NaN/)
      expect(exitCode).toBeGreaterThanOrEqual(0)
      for (const command of expanded) if (command.words[0] === 'xargs') xargsCommands(command, 'a b\nc')
    }
  }
})
