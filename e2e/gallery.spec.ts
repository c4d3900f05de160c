import { AxeBuilder } from '@axe-core/playwright'
import { openFilm, playhead } from './stage.ts'
import { expect, test } from './test.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

test('a newcomer takes the path: the first scene to its end, then the next; it is remembered', async ({ page }) => {
  await openFilm(page)
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(page.getByText('Scene 1 of 10')).toBeVisible({ timeout: 500 })
  }).toPass()
  await page.getByRole('status').filter({ hasText: 'Scene 1 of 10' }).getByRole('button').click()
  await expect(page).toHaveTitle(/ten steps/i)
  await page.getByRole('button', { name: 'Learn' }).click()
  const gallery = page.getByRole('dialog', { name: 'Scenarios' })
  await expect(gallery).toContainText('1 of 10 watched to the end')
  await expect(gallery.getByRole('listitem')).toHaveCount(10)
  await expect(gallery.getByRole('button', { name: /^1 First pod.* watched to the end/ })).toBeVisible()
  await page.reload()
  // Keys are heard once the page is there.
  await expect(playhead(page)).toBeVisible()
  await page.keyboard.press('l')
  await expect(gallery).toContainText('1 of 10 watched to the end')
})

test('scenarios are found by topic and by words, each with a picture of its film, and opened', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('l')
  const gallery = page.getByRole('dialog', { name: 'Scenarios' })
  // Filmed on an engine of its own, and kept.
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('podreel.thumbnail.')).length)).toBeGreaterThan(3)
  await gallery.getByRole('button', { name: /^How a Pod ends/ }).click()
  await expect(gallery.getByRole('listitem')).toHaveCount(7)
  await gallery.getByRole('searchbox').fill('termination race')
  await expect(gallery.getByRole('status')).toHaveText(/scenario/)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
  }
  await gallery.getByRole('button', { name: /^The termination race/ }).click()
  await expect(page).toHaveTitle(/The termination race/)
  await expect(gallery).toBeHidden()
})
