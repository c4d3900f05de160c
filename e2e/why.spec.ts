import { caption, openFilm, stepNumber } from './stage.ts'
import { expect, test } from './test.ts'

test('"why?" walks back to the key stroke; the graph and the timeline show the way', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
  const here = await stepNumber(page)
  await caption(page).getByRole('button', { name: 'why?' }).click()
  const causes = page.getByRole('dialog')
  await expect(causes.getByRole('listitem').first()).toContainText(/belongs to node\d/)
  await expect(causes.getByRole('listitem').last()).toContainText('Here it began')
  await expect(causes.getByRole('listitem').nth(-2)).toContainText('kubectl apply')
  // The numbers of the list stand on the lines of the graph, and rings in the lanes of the timeline.
  const graph = page.locator('[data-view="cluster"]')
  await expect(graph.getByText(String(here), { exact: false }).first()).toBeVisible()
  expect(await page.getByRole('slider', { name: 'Playhead' }).locator('circle').count()).toBeGreaterThan(6)
  // Each cause is a moment.
  await causes.getByRole('listitem').nth(-2).getByRole('button').first().click()
  expect(await stepNumber(page)).toBeLessThan(here)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('slider', { name: 'Playhead' }).locator('circle')).toHaveCount(0)
})

test('"then?" walks forward to who was told and what they did', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight')
  await expect(caption(page)).toContainText('etcd stores')
  await caption(page).getByRole('button', { name: 'then?' }).click()
  const effects = page.getByRole('dialog')
  await expect(effects).toContainText('the scheduler learns of')
  await expect(effects.getByRole('listitem').getByRole('listitem').first()).toContainText('Filter')
  const before = await stepNumber(page)
  await effects.getByRole('listitem').last().getByRole('button').click()
  expect(await stepNumber(page)).toBeGreaterThan(before)
})
