import { describe, expect, test } from 'vitest'
import { commandStart, parseLine } from './shell.ts'

/** Each command as words joined by blanks, pipelines with the sign that leads to them. */
function brief(text: string): string[] | string {
  const parsed = parseLine(text)
  if (parsed.type !== 'pipelines')
    return parsed.type === 'open' ? 'open' : `${parsed.type} ${'near' in parsed ? parsed.near : parsed.what}`
  return parsed.pipelines.map(({ when, background, commands }) => {
    const sign = { always: '', success: '&& ', failure: '|| ' }[when]
    return `${sign}${commands.map((c) => c.words.join('·')).join(' | ')}${background ? ' &' : ''}`
  })
}

describe('parseLine', () => {
  test.each<[string, string[] | string]>([
    ['', []],
    ['  ', []],
    ['# only a comment', []],
    ['kubectl get pods', ['kubectl·get·pods']],
    ['kubectl get pods # all', ['kubectl·get·pods']],
    ['a;b ; c', ['a', 'b', 'c']],
    ['a; b;', ['a', 'b']],
    ['a && b || c', ['a', '&& b', '|| c']],
    ['a | b -x | c', ['a | b·-x | c']],
    ['a & b', ['a &', 'b']],
    ['a\nb\n\nc', ['a', 'b', 'c']],
    ['a \\\n  b', ['a·b']],
    ['a |\n b', ['a | b']],
    ['a &&\n b', ['a', '&& b']],
    [`a 'b c' "d \\"e" f\\ g`, ['a·b c·d "e·f g']],
    [`-p='{"a": "b;c"}'`, ['-p={"a": "b;c"}']],
    ['a b#c', ['a·b#c']],
    ['a pod2>x', ['a·pod2']],
    ['a 1>&2 | b >&2', ['a | b']],
    ["a 'b", 'open'],
    ['a "b', 'open'],
    ['a \\', 'open'],
    ['a |', 'open'],
    ['a &&', 'open'],
    ['a <<EOF', 'open'],
    ['a <<EOF\nx', 'open'],
    ['a <<EOF\nx\nEOF', ['a']],
    ['| a', 'error |'],
    ['a ;; b', 'error ;;'],
    ['a > ', 'error newline'],
    ['a || && b', 'error &&'],
    ['a $((1+1))', 'unknown $((...))'],
    ['source <(kubectl completion bash)', 'unknown <('],
    ['a < (b)', 'error ('],
    ['a $(b', 'open'],
    ['for x in y; do z; done', 'unknown for'],
    ['X=1 a', ['a']],
    ['X=1', ['']],
    ['a ${x:-y}', 'unknown ${...}'],
    ['a $ $. b$', ['a·$·$.·b$']],
    ['(a)', 'unknown ('],
  ])('%j', (text, expected) => {
    expect(brief(text)).toEqual(expected)
  })

  const first = (text: string) => {
    const parsed = parseLine(text)
    return parsed.type === 'pipelines' ? parsed.pipelines[0]!.commands[0]! : undefined
  }

  test('a here-document is what the command reads', () => {
    expect(first('kubectl apply -f - <<EOF\na: 1\n  b: $x\nEOF\n')).toMatchObject({
      words: ['kubectl', 'apply', '-f', '-'],
      stdin: 'a: 1\n  b: $x\n',
    })
    expect(first("cat <<'END'\nx\nEND")?.stdin).toBe('x\n')
    expect(first('cat <<-E\n\tx\n\tE')?.stdin).toBe('x\n')
    expect(first('cat <<E\nE')?.stdin).toBe('')
    expect(first('cat <<< "a b"')?.stdin).toBe('a b\n')
  })

  test('several here-documents, and what follows them', () => {
    const parsed = parseLine('cat <<A | grep x; cat <<B\n1\nA\n2\nB\nls')
    expect(
      parsed.type === 'pipelines' && parsed.pipelines.map((p) => p.commands.map((c) => [c.words[0], c.stdin])),
    ).toEqual([
      [
        ['cat', '1\n'],
        ['grep', undefined],
      ],
      [['cat', '2\n']],
      [['ls', undefined]],
    ])
  })

  test('redirections', () => {
    expect(first('a >x 2>> y <z 2>&1')).toMatchObject({
      words: ['a'],
      stdinFile: 'z',
      mergeErrors: true,
      redirects: [
        { what: 'stdout', file: 'x', append: false },
        { what: 'stderr', file: 'y', append: true },
      ],
    })
    expect(first('cat > pod.yaml <<EOF\na\nEOF')).toMatchObject({
      stdin: 'a\n',
      redirects: [{ what: 'stdout', file: 'pod.yaml', append: false }],
    })
    expect(first('a &> /dev/null')?.redirects).toEqual([{ what: 'both', file: '/dev/null', append: false }])
  })

  test('words are kept as typed, too', () => {
    expect(first(`k get -o jsonpath='{.a}'`)?.typed).toEqual(['k', 'get', '-o', "jsonpath='{.a}'"])
  })
})

test.each([
  ['kubectl get po', 0],
  ['a; kubectl get', 3],
  ['a && k', 5],
  ['a | grep x', 4],
  ["a 'b;c' d", 0],
  ['a "b|c', 0],
])('commandStart(%j) is %i', (text, start) => {
  expect(commandStart(text)).toBe(start)
})
