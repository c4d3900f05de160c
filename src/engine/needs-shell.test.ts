import { expect, test } from 'vitest'
import { needsShell } from './needs-shell.ts'

test.each([
  'get pods | head -1',
  'delete $(kubectl get pods -o name)',
  'get pods -o yaml > pods.yaml',
  'get pods 2>/dev/null',
  'create ns a && kubectl create ns b',
  'create ns a; kubectl create ns b',
  'create ns `cat name`',
])('%s needs one', (line) => {
  expect(needsShell(line)).toBe(true)
})

test.each([
  'get pods -o wide',
  'get --raw /api/v1/pods?limit=1&continue=a',
  "get pods -o jsonpath='{.items[?(@.a > 5)].b}'",
  'get pods -o jsonpath={.items[?(@.status.phase=="Running"&&@.a>5)]}',
  'exec web -- sh -c "cat a | grep b > c; echo \\$(hostname)"',
  "exec web -- sh -c 'echo $(hostname) | cat'",
  'exec web -- sh -c "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done"',
  'exec web -- sh -c "echo $(hostname)"',
  'annotate pod web note=a\\;b',
  'run web --image=nginx --command -- sh -c "it\'s; done"',
])('%s needs none', (line) => {
  expect(needsShell(line)).toBe(false)
})
