import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'

const pod = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: watcher }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: default }]
---
apiVersion: v1
kind: Pod
metadata: { name: watcher }
spec:
  restartPolicy: Never
  containers:
  - name: watcher
    image: curlimages/curl
    command: [sh, -c]
    args:
    - |
      TOKEN=$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)
      curl -s -N -k -H "Authorization: Bearer $TOKEN" "https://kubernetes/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=40" | while read -r line; do
        echo "$(echo "$line" | grep -o '"type":"[A-Z]*"' | head -1) $(echo "$line" | grep -o '"name":"[a-z-]*"' | head -1)"
      done
      echo over
`

test('a watch of the API server goes on, until its time is over', () => {
  const c = createCluster({ seed: 1 })
  kubectl(c, 'apply -f -', { stdin: pod })
  c.run({ for: '15s' })
  const logs = (): string[] => kubectl(c, 'logs watcher').stdout.trimEnd().split('\n').filter((line) => line === 'over' || line.includes('"one"'))
  for (const line of ['create cm one --from-literal=a=1', 'patch cm one -p {"data":{"a":"2"}}', 'delete cm one']) {
    kubectl(c, line.replace(/-p (.*)$/, "-p '$1'"))
    c.run({ for: '3s' })
  }
  const name = '"name":"one"'
  expect(logs()).toEqual(['ADDED', 'MODIFIED', 'DELETED'].map((type) => `"type":"${type}" ${name}`))
  c.run({ for: '40s' })
  expect(logs().at(-1)).toBe('over')
})
