import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { putOn } from './stage.ts'
import { expect, test } from './test.ts'

async function open(page: Page, title: RegExp): Promise<void> {
  await putOn(page, title)
  await page.getByRole('button', { name: 'Workloads', exact: true }).click()
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
})

test('a rollout is bars and a curve within its bounds; a click on what owns a pod selects it', async ({ page }) => {
  await open(page, /^A Deployment rolls/)
  const card = page.getByRole('region', { name: 'Deployment web' })
  const replaced = card.getByRole('img', { name: /^web-\w+: 0 wanted, 0 there, 0 ready/ })
  await expect(async () => {
    await expect(page.getByText('Filming ahead')).toBeHidden({ timeout: 500 })
    await page.keyboard.press('End')
    await expect(replaced).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(card.getByRole('img', { name: /^Over time: 4 pods, at most 5; 4 available, at least 3/ })).toBeVisible()
  await expect(card.getByRole('img', { name: /4 wanted, 4 there, 4 ready/ })).toBeVisible()
  await card.getByRole('listitem').getByRole('button', { name: /: Running/ }).first().click()
  const inspector = page.getByRole('complementary')
  await inspector.getByRole('button', { name: 'Deployment/web' }).click()
  await expect(inspector).toContainText('maxSurge')
  // On the graph, what it has made is marked.
  await page.getByRole('button', { name: 'Cluster', exact: true }).click()
  await expect(page.locator('[data-testid^="pod-default-web"][data-kin]')).toHaveCount(4)
  await page.getByRole('button', { name: 'Workloads', exact: true }).click()
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
  }
})

test('pods of a StatefulSet stand in order with their disks, and a view of workloads travels in a link', async ({ page }) => {
  await open(page, /StatefulSet/)
  const card = page.getByRole('region', { name: /^StatefulSet/ })
  await page.getByRole('region', { name: 'Timeline' }).getByRole('option', { name: /All three/ }).click()
  await expect(card.getByRole('listitem')).toHaveText([/data-db-0/, /data-db-1/, /data-db-2/, /one after another/])
  await expect(page.getByRole('region', { name: 'Storage' }).getByRole('listitem').first()).toContainText('Bound')
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  const other = await page.context().newPage()
  await other.goto(link)
  await expect(other.getByRole('region', { name: /^StatefulSet/ })).toBeVisible()
  await other.close()
})
