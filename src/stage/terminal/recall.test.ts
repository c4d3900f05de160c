import { expect, test } from 'vitest'
import { recalled } from './recall.ts'

const history = ['kubectl get pods', 'ls', 'kubectl describe pod web-1']

test.each([
  ['!!', { line: 'kubectl describe pod web-1' }],
  ['sudo !! | head', { line: 'sudo kubectl describe pod web-1 | head' }],
  ['kubectl delete pod !$', { line: 'kubectl delete pod web-1' }],
  ['!-2', { line: 'ls' }],
  ['!1 -o wide', { line: 'kubectl get pods -o wide' }],
  ['!k', { line: 'kubectl describe pod web-1' }],
  ['!kubectl', { line: 'kubectl describe pod web-1' }],
  ['echo "!!"', { line: 'echo "kubectl describe pod web-1"' }],
  ['!99', { missing: '!99' }],
  ['!-9', { missing: '!-9' }],
  ['!helm', { missing: '!helm' }],
  ["echo '!!'", undefined],
  ['echo \\!!', undefined],
  ['! false', undefined],
  ['[ a != b ]', undefined],
  ['if ! k get ns x; then echo no!; fi', undefined],
])('%s', (line, expected) => {
  expect(recalled(line, history)).toEqual(expected)
})
