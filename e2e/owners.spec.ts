import { AxeBuilder } from '@axe-core/playwright'
import { playhead, putOn } from './stage.ts'
import { expect, test } from './test.ts'

test('who made what: lines and chips of the pod that is chosen, a tree to walk by keys, and of everything with W', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await putOn(page, /A Deployment rolls/)
  const pods = page.locator('[data-testid^="pod-default-web-"]')
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(pods).toHaveCount(4, { timeout: 500 })
  }).toPass()
  const chip = page.getByRole('button', { name: 'Deployment web', exact: true })
  // Where the list was clicked a pod may stand: it would be pointed at.
  await page.mouse.move(2, 2)
  await expect(chip).toHaveCount(0)
  await page.keyboard.press('w')
  await expect(chip).toBeVisible()
  await page.keyboard.press('w')
  await expect(chip).toHaveCount(0)
  await pods.first().click()
  await expect(chip).toBeVisible()
  const tree = page.getByRole('tree', { name: 'Who made whom' })
  const chosen = tree.getByRole('treeitem', { selected: true })
  await chosen.focus()
  await page.keyboard.press('ArrowLeft')
  // Which of the two ReplicaSets it is depends on the moment at which the pods were four.
  await expect(tree.locator('[aria-level="2"]:focus')).toContainText('ReplicaSet')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(tree.getByRole('treeitem', { name: 'Deployment web' })).toHaveAttribute('aria-selected', 'true')
  await expect(chip).toHaveAttribute('aria-pressed', 'true')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
})

test('a locked stage steps on and takes nothing else, until it is unlocked by the same key', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await expect.poll(async () => Number(await playhead(page).getAttribute('aria-valuemax'))).toBeGreaterThan(20)
  await page.keyboard.press('p')
  await page.keyboard.press('l')
  const sign = page.getByRole('button', { name: /^Locked/ })
  await expect(sign).toBeVisible()
  const caption = page.getByRole('region', { name: 'What happens now' })
  await page.keyboard.press('PageDown')
  await expect(caption).toContainText('1 /')
  for (const key of ['e', '/', 'Control+k', 'Control+Enter', 'p']) await page.keyboard.press(key)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  // What is inert takes neither pointer nor focus.
  await expect(page.locator('[inert]').getByText('API server').first()).toBeVisible()
  await page.keyboard.press('l')
  await expect(sign).toHaveCount(0)
  await expect(page.locator('[inert]')).toHaveCount(0)
  await page.keyboard.press('e')
  await expect(page.getByRole('dialog')).toHaveCount(1)
})
