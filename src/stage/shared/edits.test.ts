import { expect, test } from 'vitest'
import { editName, editText, saveCommand } from './edits.ts'

const yaml = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: shop\n  name: shop\nspec: {}\n'

test('a file that is being edited says how it is saved', () => {
  expect(saveCommand(editText('-n test deployment/shop', yaml))).toBe('edit -n test deployment/shop')
  expect(editText('x', yaml).endsWith(yaml)).toBe(true)
  expect(saveCommand(yaml)).toBeUndefined()
  expect(saveCommand(`# something else\n${yaml}`)).toBeUndefined()
})

test('its name is that of the object', () => {
  expect(editName(yaml)).toBe('edit-deployment-shop.yaml')
})
