import { beforeAll, describe, expect, test } from 'vitest'
import { Film } from '../../playback/film.ts'
import type { Input, Step } from '../../worker/protocol.ts'
import { fetchFilters } from './pipe.ts'
import { parseLine } from './shell.ts'
import { running, transcript } from './transcript.ts'
import type { Display, Note } from './transcript.ts'

beforeAll(fetchFilters)

/** A film of which only commands and what they print matter: `n` steps, at each what is given for it. */
class Script {
  readonly film = new Film(
    {
      apiVersion: 'podreel.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'x' },
      spec: { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, script: [] },
    },
    { startMs: 0, revision: 1, nodes: [], changes: [] },
  )

  constructor(steps: number) {
    for (let index = 0; index < steps; index++) {
      this.film.steps.push({ index, at: index, kind: 'request', from: 'a', to: 'b', world: 1 } as unknown as Step)
    }
  }

  input(step: number, input: Input): this {
    this.film.inputs.push({ index: this.film.inputs.length, step, input })
    return this
  }

  print(step: number, text: string, command = this.film.inputs.length - 1, to: 'stdout' | 'stderr' = 'stdout'): this {
    this.film.output.push({ command, step, at: step, to, text })
    return this
  }

  end(step: number, command = this.film.inputs.length - 1): this {
    this.film.ended.push({ command, step, at: step, exitCode: 0 })
    return this
  }

  note(n: number, kind: Note['kind'], text = ''): Note {
    return { n, step: this.film.steps[n - 1], kind, text }
  }
}

const sign = { typed: '$ ', more: '> ', out: '', err: '! ', quiet: '# ' }
const show = (film: Film, n: number, notes: readonly Note[] = [], displays: Display[] = []) =>
  transcript(film, n, notes, { get: (input) => displays[input.index] }).map((line) => sign[line.kind] + line.text)

const filtersOf = (text: string): Display => {
  const parsed = parseLine(text)
  return { filters: parsed.type === 'pipelines' ? parsed.pipelines[0]!.commands : [], hides: 'nothing', mergeErrors: false }
}

describe('the transcript', () => {
  const script = new Script(20).input(2, { kubectl: 'get pods' }).print(5, 'NAME\n').print(5, 'web\n').end(5)
  script.input(8, { kubectl: 'delete pod web' }).print(10, 'pod "web" deleted\n').end(15)

  test('grows and shrinks with the cursor', () => {
    const at = (n: number) => show(script.film, n)
    expect(at(0)).toEqual([])
    expect(at(2)).toEqual([])
    expect(at(3)).toEqual(['$ kubectl get pods'])
    expect(at(5)).toEqual(['$ kubectl get pods', 'NAME', 'web'])
    expect(at(20)).toEqual(['$ kubectl get pods', 'NAME', 'web', '$ kubectl delete pod web', 'pod "web" deleted'])
    expect(at(4)).toEqual(['$ kubectl get pods'])
  })

  test('at every moment shows what a longer one begins with', () => {
    const whole = show(script.film, 20)
    for (let n = 0; n <= 20; n++) expect(whole.slice(0, show(script.film, n).length)).toEqual(show(script.film, n))
  })

  test('knows which commands run', () => {
    expect([2, 3, 5, 9, 14, 15].map((n) => running(script.film, n).map((i) => i.index))).toEqual([
      [],
      [0],
      [],
      [1],
      [1],
      [],
    ])
  })

  test('notes stand where they were typed', () => {
    const notes = [
      script.note(6, 'typed', 'ls'),
      script.note(6, 'out', 'pod.yaml\n'),
      script.note(9, 'quiet', 'forked\n'),
    ]
    expect(show(script.film, 5, notes)).toEqual(['$ kubectl get pods', 'NAME', 'web'])
    expect(show(script.film, 7, notes)).toEqual(['$ kubectl get pods', 'NAME', 'web', '$ ls', 'pod.yaml'])
    expect(show(script.film, 20, notes).slice(3)).toEqual([
      '$ ls',
      'pod.yaml',
      '$ kubectl delete pod web',
      '# forked',
      'pod "web" deleted',
    ])
  })

  test('a note of another future is not shown', () => {
    const note: Note = { n: 6, step: { index: 5 } as unknown as Step, kind: 'out', text: 'x' }
    expect(show(script.film, 20, [note])).not.toContain('x')
  })

  test('clear forgets what was there before, until one goes back', () => {
    const notes = [script.note(6, 'clear')]
    expect(show(script.film, 6, notes)).toEqual([])
    expect(show(script.film, 5, notes)).toHaveLength(3)
    expect(show(script.film, 20, notes)).toEqual(['$ kubectl delete pod web', 'pod "web" deleted'])
  })

  test('a here-document of the script is typed out; Ctrl+C is seen', () => {
    const film = new Script(9)
      .input(0, { kubectl: 'apply -f -', stdin: 'a: 1\nb: 2\n' })
      .input(3, { interrupt: 0 }).film
    expect(show(film, 9)).toEqual(['$ kubectl apply -f - <<EOF', '> a: 1', '> b: 2', '> EOF', '^C'])
  })

  test('what was typed here goes through its filters, as it comes', () => {
    const film = new Script(9)
      .input(0, { kubectl: 'get pods -w' })
      .print(2, 'a\nb')
      .print(3, '\nab\n')
      .print(4, 'c\n').film
    expect(show(film, 2, [], [filtersOf('grep a')])).toEqual(['a'])
    expect(show(film, 4, [], [filtersOf('grep a')])).toEqual(['a', 'ab'])
    expect(show(film, 4, [], [filtersOf('grep a | cat')])).toEqual(['a', 'ab'])
  })

  test('or at its end, when a filter must have read all', () => {
    const film = new Script(9).input(0, { kubectl: 'get pods' }).print(2, 'b\n').print(3, 'a\n').end(4).film
    expect(show(film, 3, [], [filtersOf('sort')])).toEqual([])
    expect(show(film, 4, [], [filtersOf('sort')])).toEqual(['a', 'b'])
    expect(show(film, 4, [], [filtersOf('grep -c a')])).toEqual(['1'])
    expect(show(film, 4, [], [{ filters: [], hides: 'stdout', mergeErrors: false }])).toEqual([])
  })

  test('complaints are marked and pass by the filters; two commands do not share a line', () => {
    const film = new Script(9)
      .input(0, { kubectl: 'a' })
      .input(1, { kubectl: 'b' })
      .print(3, 'half', 0)
      .print(3, 'other\n', 1)
      .print(4, 'no\n', 0, 'stderr').film
    expect(show(film, 9, [], [filtersOf('cat')])).toEqual(['$ kubectl b', 'other', '! no'])
    expect(show(film, 9)).toEqual(['$ kubectl a', '$ kubectl b', 'half', 'other', '! no'])
  })

  test('what a program prints is only text', () => {
    const film = new Script(9)
      .input(0, { kubectl: 'logs x' })
      .print(2, 'a\tb\n\tc\n\u001b[31mred\u001b[0m\u0007 10%\r20%\r\n<b>\n').film
    expect(show(film, 9).slice(1)).toEqual(['a       b', '        c', '20%', '<b>'])
  })

  test('what begins on an empty screen takes the place of what its command has printed before, and of nothing else', () => {
    const film = new Script(9)
      .input(0, { kubectl: 'get pods' }).print(1, 'web\n')
      .input(2, { shell: 'watch date' })
      .print(3, '\u001b[H\u001b[JEvery 2.0s: date\n\n').print(3, 'one\n')
      .print(5, '\u001b[H\u001b[JEvery 2.0s: date\n\n').print(5, 'two\n').film
    expect(show(film, 4)).toEqual(['$ kubectl get pods', 'web', '$ watch date', 'Every 2.0s: date', '', 'one'])
    expect(show(film, 5)).toEqual(['$ kubectl get pods', 'web', '$ watch date', 'Every 2.0s: date', '', 'two'])
  })

  test('is bounded', () => {
    const film = new Script(9)
      .input(0, { kubectl: 'logs x' })
      .print(2, 'x\n'.repeat(6000))
      .print(3, 'y'.repeat(9000)).film
    const lines = transcript(film, 9, [], { get: () => undefined })
    expect(lines).toHaveLength(5000)
    expect(lines.at(-1)!.text).toHaveLength(4000)
    expect(lines.at(-1)!.id).toBe(6001)
  })
})
