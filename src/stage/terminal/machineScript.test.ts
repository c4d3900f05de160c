import { expect, test } from 'vitest'
import { machineScript } from './machineScript.ts'
import { logsIn, needsMachine } from './machineTools.ts'

const known = {
  variables: new Map([['NAME', "it's"], ['?', '1'], ['N', '2']]),
  aliases: new Map([['kn', ['kubectl', '-n', 'dev']]]),
  definitions: new Map([['show', 'show() { kn get "$1"; }']]),
}

test.each([
  ['for i in 1; do echo $i; done', 'for i in 1; do echo $i; done'],
  ['for i in $N; do :; done', 'N=2\nfor i in $N; do :; done'],
  ['echo ${NAME:-x}', "NAME='it'\\''s'\necho ${NAME:-x}"],
  ['show web', 'show() { kn get "$1"; }\nkn() { kubectl -n dev "$@"; }\nshow web'],
  ['show() { kn get "$1"; }', 'kn() { kubectl -n dev "$@"; }\nshow() { kn get "$1"; }'],
  ['echo known NAMES show-it', 'echo known NAMES show-it'],
])('%j runs as %j', (text, script) => {
  expect(machineScript(text, known)).toBe(script)
})

test('each kubectl of a script knows of $KUBECONFIG', () => {
  expect(machineScript('echo', { variables: new Map([['KUBECONFIG', 'two']]), definitions: new Map() })).toBe('export KUBECONFIG=two\necho')
})

test('arrays come as they are written, and a line runs where the one before has gone', () => {
  const variables = new Map([['PWD', '/tmp/a b'], ['OLDPWD', '/root'], ['list', 'x']])
  const definitions = new Map([['list', "list=('x' 'y')"]])
  expect(machineScript('ls ${list[@]}', { variables, definitions })).toBe("list=('x' 'y')\ncd '/tmp/a b'\nOLDPWD=/root\nls ${list[@]}")
  expect(machineScript('ls', { variables: new Map([['PWD', '/root']]), definitions })).toBe('ls')
})

test.each([
  ['sed -i s/a/b/ web.yaml', true],
  ['sed s/a/b/ web.yaml', false],
  ['sed /a/d web.yaml', false],
  ['grep /etc web.yaml', false],
  ['grep root /etc/passwd', true],
  ['cat ./web.yaml /root/web.yaml', false],
  ['cat demo/web.yaml', true],
  ['cat ../etc/hosts', true],
  ['ls', false],
  ['ls -la', true],
  ['ls /tmp', true],
  ['echo -e a/b', true],
  ['echo a/b', false],
  ['kubectl get -f /tmp/x', false],
])('%s is for the machine: %s', (line, isSo) => {
  expect(needsMachine(line.split(' '))).toBe(isSo)
})

test.each<[line: string, does: boolean]>([
  ['ssh node1', true],
  ['ssh -o ConnectTimeout=5 root@node1', true],
  ['sudo ssh -p 22 node1', true],
  ['ssh node1 hostname', false],
  ['ssh -t node1 bash', true],
  ['ssh -V', false],
  ['scp a node1:', false],
])('whether somebody types on another machine after %s: %s', (line, does) => {
  expect(logsIn(line.split(' '))).toBe(does)
})
