import type { Locator, Page } from '@playwright/test'
import { expect } from './test.ts'

/** What the browser tests see of the page and do to it, in either language. */

/** The line under the stage: 'n / m' and the sentence. */
export const caption = (page: Page): Locator => page.getByRole('region', { name: /^(What happens now|此刻发生的事)$/ })
export const count = (page: Page): Locator => caption(page).locator('span').first()
export const clock = (page: Page): Locator => page.getByTitle(/^(Virtual time since the start|自开始以来的虚拟时间)$/)
export const playhead = (page: Page): Locator => page.getByRole('slider', { name: /Playhead|播放头/ })
export const terminal = (page: Page): Locator => page.getByRole('region', { name: /^(Terminal|终端)$/ })

/** Steps that have been passed: 0 before the first. */
export async function stepNumber(page: Page): Promise<number> {
  return Number(await playhead(page).getAttribute('aria-valuenow'))
}

/** Who stands beside the stage, and who reads it aloud, follows quick steps a few times a second (shared/ui/AtEase.tsx): until all show one moment. */
export const atRest = (page: Page): Promise<void> => page.waitForTimeout(300)

/** Opens the page and waits until the whole script is filmed. */
export async function openFilm(page: Page, address = './'): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(address)
  await expect.poll(async () => Number(await playhead(page).getAttribute('aria-valuemax'))).toBeGreaterThan(150)
}

/** Puts the scenario of three machines and nothing on them on stage. */
export async function openEmptyCluster(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await putOn(page, /An empty cluster/)
}

/** Puts another scenario of the catalogue on the stage of a page that is open. */
export async function putOn(page: Page, title: RegExp): Promise<void> {
  await expect(playhead(page)).toBeVisible()
  await page.keyboard.press('o')
  await page.getByRole('option', { name: title }).first().click()
  await expect(page).toHaveTitle(title)
}

/** Replaces the text of the editor by way of the clipboard, as somebody does who has found an example. */
export async function paste(page: Page, text: string): Promise<void> {
  // Not a click: Monaco, once it is there, lies over its own text field.
  await page.getByRole('textbox', { name: /^Text of/ }).focus()
  await expect(page.locator('.monaco-editor').first()).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((words) => navigator.clipboard.writeText(words), text)
  await page.getByRole('textbox', { name: /^Text of/ }).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+v')
}

/** Types a line into the terminal. */
export async function type(page: Page, line: string): Promise<void> {
  const field = terminal(page).getByRole('textbox')
  await field.fill(line)
  await field.press('Enter')
}
