import { expect, test } from 'vitest'
import { openEdit, saveCommand, saveInput } from './edits.ts'

const yaml = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: shop\n  name: shop\nspec: {}\n'

test('a file that is being edited says how it is saved, and is named like its object', () => {
  const { name, text } = openEdit('-n test deployment/shop', yaml)
  expect(name).toBe('edit-deployment-shop.yaml')
  expect(text.endsWith(yaml)).toBe(true)
  expect(saveCommand(text)).toBe('edit -n test deployment/shop')
})

test('an ordinary file is not', () => {
  expect(saveCommand(yaml)).toBeUndefined()
  expect(saveCommand(`# something else\n${yaml}`)).toBeUndefined()
})

test('what was opened goes along with what is saved, where it is known', () => {
  const { name } = openEdit('deployment/shop', yaml)
  expect(saveInput(name, 'changed')).toBe(`changed\n---\n${yaml}`)
  expect(saveInput('edit-pod-other.yaml', 'changed')).toBe('changed')
})
