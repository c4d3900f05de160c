import { expect, it } from 'vitest'
import { fieldPaths } from './fieldPaths.ts'

const text = `apiVersion: v1
metadata:
  annotations:
    note: |
      spec:
        nodeName: no field
  name: web
spec:
  containers:
    - command:
        - sh
        - "a: b"
      image: nginx
      livenessProbe:
        exec: {}
    - name: other
status:
  phase: Running`

it('names the field of each line, through lists and past texts', () => {
  expect(fieldPaths(text.split('\n'))).toEqual([
    'apiVersion',
    'metadata',
    'metadata.annotations',
    'metadata.annotations.note',
    undefined,
    undefined,
    'metadata.name',
    'spec',
    'spec.containers',
    'spec.containers.command',
    undefined,
    undefined,
    'spec.containers.image',
    'spec.containers.livenessProbe',
    'spec.containers.livenessProbe.exec',
    'spec.containers.name',
    'status',
    'status.phase',
  ])
})
