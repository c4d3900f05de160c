import { expect, test } from 'vitest'
import { readsUrl } from './kubectlLine.ts'

test.each([
  ['kubectl apply -f https://k8s.io/examples/pods/simple-pod.yaml', true],
  ['kubectl create --filename=http://x/y.yaml', true],
  ['kubectl delete -fhttps://x/y.yaml -f pod.yaml', true],
  ['kubectl get pods --server https://127.0.0.1:6443', false],
  ['kubectl run web --image=nginx --env=A=https://x', false],
  ['kubectl exec web -- curl https://x', false],
  ['kubectl apply -f pod.yaml', false],
])('%s reads an address: %s', (line, reads) => {
  expect(readsUrl(line.split(' '))).toBe(reads)
})
