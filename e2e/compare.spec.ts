import { AxeBuilder } from '@axe-core/playwright'
import { openFilm, stepNumber, type } from './stage.ts'
import { expect, test } from './test.ts'

test('two moments: what was written between them, side by side', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 20; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  await dialog.getByRole('combobox', { name: 'From' }).selectOption({ label: 'The start' })
  await dialog.getByRole('combobox', { name: 'To' }).selectOption({ index: 2 })
  await expect(dialog.getByRole('button', { name: /pods\/default\/test-nginx-pod/ })).toContainText('new')
  // Chapter to chapter: the pod was changed.
  await dialog.getByRole('combobox', { name: 'From' }).selectOption({ index: 2 })
  await dialog.getByRole('combobox', { name: 'To' }).selectOption({ index: 4 })
  await expect(dialog.getByRole('button', { name: /pods\/default\/test-nginx-pod/ })).toContainText('changed')
  await expect(dialog.getByRole('cell').filter({ hasText: /nodeName|phase: Running|podIP/ }).first()).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze()
  expect(violations.map((v) => v.id)).toEqual([])
})

test('two futures: what was left stands beside what was done instead', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 18; i++) await page.keyboard.press('Shift+ArrowRight')
  const forked = await stepNumber(page)
  await type(page, 'kubectl label pod test-nginx-pod tier=web')
  await page.keyboard.press('Escape')
  await expect.poll(() => stepNumber(page)).toBeGreaterThan(forked)
  await page.getByRole('main').click({ position: { x: 5, y: 5 } })
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  await expect(dialog.getByRole('region', { name: 'This future' })).toContainText('test-nginx-pod')
  await expect(dialog.getByRole('region', { name: /^left at/ })).toContainText('Terminating')
  await expect(dialog).toContainText('The first difference, at')
  const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze()
  expect(violations.map((v) => v.id)).toEqual([])
  await dialog.getByRole('button', { name: 'Take up this future' }).click()
  await expect(dialog.getByRole('region', { name: 'This future' })).toContainText('Terminating')
})
