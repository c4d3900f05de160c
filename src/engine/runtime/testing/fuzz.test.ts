import { expect, test } from 'vitest'
import { Random } from '../../kernel/random.ts'
import { tools } from '../tools/all.ts'
import { rareToolNames } from '../tools/rare-names.ts'
import { Lab } from './lab.ts'

/**
 * Nonsense made of real commands and half-closed quotes: whatever a person types, nothing is thrown,
 * nothing hangs, and the same nonsense gives the same film.
 */
const scripts = 300

const words = [
  '-n -e -rf -la -c -- - /tmp /tmp/f /etc/hosts /nope / .. * /etc/* $x "$@" ${x:-y} ${x%.*} ${#x} $((1+2)) $((x/0)) $(echo a) `ls` 1 0 -5 999999999 abc a=b %s',
  "'s/a/b/g' '{print $1}' [a-z] [z-a] [ ] ! = -eq TERM EXIT +%s -d @0 \\( {1..3} ~ $$ $! $? -9 2>&1 >/tmp/o </etc/hosts 2>/dev/null >&3 http://nobody localhost 80 -exec {} \\; -name -t -k2 -F: é",
].flatMap((line) => line.split(' '))
const broken = ['"', "'", '`', '$(', '${', ')', '}', '<<E', '${x/a/b}', '${!x}', '${x@Q}', 'a=(1', '((', '&', '|', ';;']
const names = [
  ...Object.keys(tools),
  ...rareToolNames,
  ...'sh cd read export local trap wait kill set unset shift getopts eval exec . test jobs type command return break nginx python3 redis-cli node'.split(
    ' ',
  ),
]
const wraps = [
  (s: string) => s,
  (s: string) => `( ${s} )`,
  (s: string) => `if ${s}; then echo t; else echo f; fi`,
  (s: string) => `for i in 1 2; do ${s}; done`,
  (s: string) => `x=$(${s}); echo "$x"`,
  (s: string) => `f() { ${s}; }; f a b`,
  (s: string) => `while read l; do ${s}; done < /etc/hosts`,
  (s: string) => `trap '${s}' EXIT`,
  (s: string) => `cat <<E\n${s}\nE`,
]

function nonsense(r: Random): { image: string; script: string } {
  const pick = <T>(a: readonly T[]): T => a[r.int(a.length)]!
  const word = () => (r.int(12) === 0 ? pick(broken) : pick(words))
  const command = () => [pick(names), ...Array.from({ length: r.int(5) }, word)].join(' ')
  const parts = Array.from({ length: 1 + r.int(3) }, () => pick(wraps)(command()))
  return {
    image: pick(['busybox', 'debian', 'bash:5', 'nicolaka/netshoot']),
    script: parts.join(pick(['; ', ' && ', ' | ', '\n', ' & '])),
  }
}

function film(seed: number): string {
  const { image, script } = nonsense(new Random(seed, 'nonsense'))
  const command = [image === 'bash:5' ? 'bash' : 'sh', '-c', script]
  const lab = new Lab({ image, command, memoryLimitBytes: 512 * 1024 ** 2 }).start().until(10_000)
  // However long it runs, it must not have been many events for ten seconds.
  expect(lab.kernel.tasksRun, script).toBeLessThan(20_000)
  return JSON.stringify([lab.lines, lab.exit, lab.exitedAt])
}

test(`${scripts} scripts of nonsense`, { timeout: 60_000 }, () => {
  for (let seed = 1; seed <= scripts; seed++) {
    const first = film(seed)
    expect(first).toContain('[')
    if (seed % 10 === 0) expect(film(seed)).toBe(first)
  }
})
