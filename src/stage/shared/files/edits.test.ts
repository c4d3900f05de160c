import { expect, test } from 'vitest'
import { editedFile, openEdit, saveCommand, saveInput, withReasons } from './edits.ts'

const yaml = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: shop\n  name: shop\nspec: {}\n'
const file = `# Please edit the object below.\n#\n${yaml}`

test('a file that is being edited says how it is saved, and is named like its object', () => {
  const { name, text } = openEdit('edit -n test deployment/shop', file)
  expect(name).toBe('edit-deployment-shop.yaml')
  expect(text.endsWith(file)).toBe(true)
  expect(saveCommand(text)).toBe('edit -n test deployment/shop')
  expect(openEdit('edit cm', 'apiVersion: v1\nitems:\n- kind: ConfigMap\n  metadata:\n    name: a\nkind: List\n').name).toBe('edit-list.yaml')
})

test.each(['create -f a.yaml --edit', 'apply edit-last-applied cm c'])('%s is saved by itself', (line) => {
  expect(saveCommand(openEdit(line, file).text)).toBe(line)
})

test('an ordinary file is not', () => {
  expect(saveCommand(yaml)).toBeUndefined()
  expect(saveCommand(`# something else\n${yaml}`)).toBeUndefined()
})

test('what was opened goes along with what is saved, where it is known', () => {
  const { name } = openEdit('edit deployment/shop', file)
  expect(saveInput(name, 'changed')).toBe(`changed\n---\n${yaml}`)
  expect(saveInput('edit-pod-other.yaml', 'changed')).toBe('changed')
})

test('what kubectl would open is found among what it writes', () => {
  expect(editedFile({ '.kube/config': 'x', '/tmp/kubectl-edit-abc.yaml': file })).toBe(file)
  expect(editedFile({ '.kube/config': 'x' })).toBeUndefined()
})

test('reasons of a refusal take the place of the head, again and again', () => {
  const { text } = openEdit('edit deployment/shop', file)
  const once = withReasons(text, `# Please edit the object below.\n#\n# deployments.apps "shop" was not valid:\n# * spec: x\n#\n${yaml}`)
  expect(once).toBe(`# kubectl edit deployment/shop\n# Please edit the object below.\n#\n# deployments.apps "shop" was not valid:\n# * spec: x\n#\n${yaml}`)
  expect(withReasons(once, file)).toBe(text)
})
