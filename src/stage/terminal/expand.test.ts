import { describe, expect, test } from 'vitest'
import { expand, globbed, withKubeconfig } from './expand.ts'
import { parseLine } from './shell.ts'
import type { Command } from './shell.ts'
import { xargsCommands } from './xargs.ts'

function commandOf(line: string): Command {
  const parsed = parseLine(line)
  if (parsed.type !== 'pipelines') throw new Error(JSON.stringify(parsed))
  return parsed.pipelines[0]!.commands[0]!
}

describe('$(...)', () => {
  const answers: Record<string, string> = { 'k get pods -o name': 'pod/a\npod/b\n', nothing: '', 'one (word)': 'x y\n' }
  const run = async (line: string) => (await expand(commandOf(line), (inner) => Promise.resolve(answers[inner] ?? `?${inner}`))).typed.join(' ')

  test.each([
    ['k delete $(k get pods -o name)', 'k delete pod/a pod/b'],
    ['k delete `k get pods -o name` --now', 'k delete pod/a pod/b --now'],
    ['echo "$(k get pods -o name)"', "echo 'pod/a\npod/b'"],
    ['echo a$(k get pods -o name)b', 'echo apod/a pod/bb'],
    ['echo $(nothing) x "$(nothing)"', "echo x ''"],
    ['echo $(one (word))', 'echo x y'],
    ["echo '$(nothing)'", "echo '$(nothing)'"],
  ])('%s', async (line, expected) => expect(await run(line)).toBe(expected))

  test('what is not closed goes on in the next line', () => {
    expect(parseLine('echo $(k get')).toEqual({ type: 'open' })
    expect(parseLine('echo `k get')).toEqual({ type: 'open' })
  })
})

describe('variables', () => {
  const known = new Map([['HOME', '/root'], ['NAME', 'web'], ['FLAGS', '-o yaml'], ['?', '1']])
  const run = (line: string) => expand(commandOf(line), (inner) => Promise.resolve(inner), known)

  test.each([
    ['k get pod $NAME', 'k get pod web'],
    ['k get pod ${NAME}-0 $FLAGS', 'k get pod web-0 -o yaml'],
    ['k get pod "$NAME $FLAGS"', "k get pod 'web -o yaml'"],
    ["k get pod '$NAME'", "k get pod '$NAME'"],
    ['k get pod \\$NAME "\\$NAME"', 'k get pod \\$NAME "\\$NAME"'],
    ['echo $none"$none"x $?', 'echo x 1'],
    ["cat ~/a ~ '~/b' c~ ~d", "cat /root/a /root '~/b' 'c~' '~d'"],
    ["k get -o jsonpath='{$.items}' $", "k get -o jsonpath='{$.items}' $"],
  ])('%s', async (line, expected) => expect((await run(line)).typed.join(' ')).toBe(expected))

  test('stand in redirections, values and here-documents, too', async () => {
    expect((await run('a > $NAME.yaml < ${NAME}.in')).redirects).toEqual([{ what: 'stdout', file: 'web.yaml', append: false }])
    expect((await run('X="$NAME $FLAGS"')).assignments).toEqual([['X', 'web -o yaml']])
    expect((await run('cat <<EOF\n$NAME ${NAME} \\$NAME $HOSTNAME\nEOF')).stdin).toBe('web web $NAME $HOSTNAME\n')
    expect((await run("cat <<'EOF'\n$NAME\nEOF")).stdin).toBe('$NAME\n')
    expect((await run('cat <<< "$NAME"')).stdin).toBe('web\n')
  })
})

describe('xargs', () => {
  const made = (line: string, read: string) => {
    const commands = xargsCommands(commandOf(line), read)
    return typeof commands === 'string' ? commands : commands.map(({ typed }) => typed.join(' '))
  }

  test.each<[string, string, string[] | string]>([
    ['xargs kubectl delete', 'pod/a\npod/b\n', ['kubectl delete pod/a pod/b']],
    ['xargs -n1 kubectl get', 'a b', ['kubectl get a', 'kubectl get b']],
    ['xargs -n 2 kubectl get', 'a b c', ['kubectl get a b', 'kubectl get c']],
    ['xargs -I{} kubectl logs {} --tail=1', 'a\nb\n', ['kubectl logs a --tail=1', 'kubectl logs b --tail=1']],
    ['xargs -P4 -n1 kubectl get', 'a b', ['kubectl get a', 'kubectl get b']],
    ['xargs -L1 kubectl get', 'pod a\npod b\n', ['kubectl get pod a', 'kubectl get pod b']],
    ['xargs -d , -I{} echo {}', 'a b,c', ['echo \'a b\'', 'echo c']],
    ["xargs -d '\\n' -n1 echo", 'a b\nc\n', ['echo \'a b\'', 'echo c']],
    ['xargs -r kubectl delete', '', []],
    ['xargs', 'a', ['echo a']],
    ['xargs -Z', 'a', "xargs: invalid option -- 'Z'\n"],
  ])('%s', (line, read, expected) => expect(made(line, read)).toEqual(expected))
})

test.each([
  ['kubectl apply -f *.yaml', 'kubectl apply -f a.yaml b.yaml'],
  ['cat ./?.yaml', 'cat ./a.yaml ./b.yaml'],
  ['ls [ab].yaml [!a].yaml', 'ls a.yaml b.yaml b.yaml'],
  ['ls *.txt *.json', "ls 'my notes.txt' *.json"],
  ["ls '*.yaml' \"*.yaml\" \\*.yaml", "ls '*.yaml' \"*.yaml\" \\*.yaml"],
  ['kubectl get pods -o jsonpath={.items[*].metadata.name}', 'kubectl get pods -o jsonpath={.items[*].metadata.name}'],
  ['ls *.(', undefined],
])('patterns in %j', (line, expected) => {
  const parsed = parseLine(line)
  if (expected === undefined) return expect(parsed.type).toBe('unknown')
  const command = globbed(commandOf(line), ['b.yaml', 'a.yaml', 'my notes.txt'])
  expect(command.typed.join(' ')).toBe(expected)
  expect(command.words).toHaveLength(command.typed.length)
})

test.each([
  ['k get pods', '', 'k get pods'],
  ['k get pods', 'a b', "k '--kubeconfig=a b' get pods"],
  ['KUBECONFIG=two kubectl get pods', 'one', 'kubectl --kubeconfig=two get pods'],
  ['kubectl --kubeconfig=three get pods', 'one', 'kubectl --kubeconfig=three get pods'],
  ['cat x', 'one', 'cat x'],
])('%s with $KUBECONFIG %j', (line, path, expected) => {
  expect(withKubeconfig(commandOf(line), new Map([['KUBECONFIG', path]])).typed.join(' ')).toBe(expected)
})
