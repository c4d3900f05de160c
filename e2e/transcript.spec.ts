import { AxeBuilder } from '@axe-core/playwright'
import { readFile } from 'node:fs/promises'
import { openFilm, stepNumber } from './stage.ts'
import { expect, test } from './test.ts'

test('a run is read as text, copied, and kept as Markdown', { tag: '@phone' }, async ({ page, context }) => {
  await openFilm(page)
  for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+ArrowRight')
  const here = await stepNumber(page)
  await page.keyboard.press('t')
  const dialog = page.getByRole('dialog', { name: 'Transcript' })
  await expect(dialog.getByRole('heading', { level: 3 }).first()).toHaveText('We say what we want')
  await expect(dialog.locator('[aria-current="step"]')).toBeInViewport()
  const milestones = await dialog.getByRole('listitem').count()
  await dialog.getByRole('radio', { name: 'hop' }).click()
  await expect.poll(() => dialog.getByRole('listitem').count()).toBeGreaterThan(2 * milestones)
  const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze()
  expect(violations.map((v) => v.id)).toEqual([])
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^# First pod/)
  expect(copied).toContain('## The scheduler finds a node')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save as Markdown' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('first-pod.md')
  expect(await readFile(await download.path(), 'utf8')).toBe(copied)
  // A handout for the talk.
  await expect(dialog.getByText('Ask the room')).toBeHidden()
  await dialog.getByRole('checkbox', { name: "Speaker's notes" }).check()
  await expect(dialog.getByText('Ask the room: which component does kubectl talk to?')).toBeVisible()
  // A line is a moment.
  await dialog.getByRole('listitem').first().getByRole('button').click()
  await page.keyboard.press('Escape')
  expect(await stepNumber(page)).toBeLessThan(here)
})
