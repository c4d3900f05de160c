import { expect, test } from 'vitest'
import { natureOf, readsFiles } from './nature.ts'

test.each([
  ['', 'local'],
  ['help', 'local'],
  ['get -h', 'local'],
  ['apply --help', 'local'],
  ['config view', 'local'],
  ['config get-contexts', 'local'],
  ['config set-context --current --namespace=dev', 'act'],
  ['--kubeconfig=x config use-context dev', 'act'],
  ['config unset users.a', 'act'],
  ['gett pods', 'local'],
  ['get pods', 'look'],
  ['-n kube-system get pods', 'look'],
  ['--namespace=x describe pod y', 'look'],
  ['logs web', 'look'],
  ['logs web --tail=5', 'look'],
  ['get pods -o wide', 'look'],
  ['get pods -A', 'look'],
  ['get pod -owide', 'look'],
  ['get pods -o=w', 'look'],
  ['logs -p web', 'look'],
  ['get pods -w', 'follow'],
  ['get po --watch', 'follow'],
  ['logs -f web', 'follow'],
  ['logs web --follow', 'follow'],
  ['get pods -Aw', 'follow'],
  ['apply -f x', 'act'],
  ['delete pod x', 'act'],
  ['-v 6 wait pod/x', 'act'],
  ['exec x -- ls', 'act'],
  ['run x --image=y --dry-run=client -o yaml', 'look'],
  ['create -f x --dry-run=client', 'look'],
  ['auth can-i get pods', 'look'],
  ['auth reconcile -f x', 'act'],
  ['rollout history deploy/web', 'look'],
  ['rollout undo deploy/web', 'act'],
  ['apply view-last-applied pod x', 'look'],
  ['label pod x --list', 'look'],
  ['label pod x a=b --list', 'act'],
  ['label pod x a- --list', 'act'],
  ['annotate pod x --list', 'look'],
  ['set env deploy/web --list', 'look'],
  ['set env deploy/web A=b --list', 'act'],
])('kubectl %s: %s', (line, nature) => {
  const words = line.split(' ').filter(Boolean)
  expect(natureOf(words)).toBe(nature)
})

test.each([
  ['apply -f x', true],
  ['apply -Rf .', true],
  ['create configmap x --from-file=a', true],
  ['apply -k .', true],
  ['get pods', false],
  ['logs -f web', false],
  ['apply -fpod.yaml', true],
  ['apply --filename=x', true],
])('kubectl %s reads files: %s', (line, reads) => {
  expect(readsFiles(line.split(' '))).toBe(reads)
})
