import type { Page } from '@playwright/test'
import { film } from './looks.ts'
import { caption, count, openFilm, stepNumber, terminal } from './stage.ts'
import { expect, test } from './test.ts'

test.use({ contextOptions: { reducedMotion: 'reduce' } })

/** Where the keyboard is, as a screen reader would say it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement
    return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
  })

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (name.test(at)) return
    // Tab belongs to the text there, as it says.
    if (at.endsWith('Escape leaves the editor.')) await page.keyboard.press('Escape')
  }
  throw new Error(`nothing called ${name} is reached`)
}

test('a whole scenario without a pointer: choose, step, ask why, read it as text, to the end', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('o')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('graceful')
  await page.keyboard.press('Enter')
  await expect(page).toHaveTitle(/A graceful end/)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(() => stepNumber(page)).toBeGreaterThan(1)
  // What is said is said aloud.
  await expect(caption(page).locator('[aria-live=polite]')).toContainText(/\w/)

  await tabTo(page, /^why\?$/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Why did this happen?' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  expect(await focused(page)).toBe('why?')

  // The marks above the lanes are one stop; in it the film goes from mark to mark.
  await tabTo(page, /^What was done, chapters and marks$/)
  const here = await stepNumber(page)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => stepNumber(page)).toBeGreaterThan(here)
  await expect(page.getByRole('option', { selected: true })).toHaveCount(1)

  await page.keyboard.press('t')
  const transcript = page.getByRole('dialog', { name: 'Transcript' })
  await expect(transcript).toBeVisible()
  // The keyboard stays in it.
  for (let i = 0; i < 60; i++) await page.keyboard.press('Tab')
  expect(await transcript.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await expect(transcript).toBeHidden()
  // Back where it was; there End goes to the last mark, elsewhere to the end of the film.
  expect(await focused(page)).toBe('What was done, chapters and marks')
  await tabTo(page, /^why\?$/)
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(page.getByRole('button', { name: 'Play again' })).toBeVisible({ timeout: 500 })
  }).toPass()
})

test('a whole level without a pointer', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('v')
  await tabTo(page, /^Run a web server/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveTitle(/Run a web server/)
  await page.keyboard.press('/')
  await page.keyboard.type('kubectl run web --image=nginx')
  await page.keyboard.press('Enter')
  await expect(terminal(page)).toContainText('pod/web created')
  await page.keyboard.press('Escape')
  const strip = page.getByRole('region', { name: 'Level' })
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(strip.getByRole('status')).toContainText(/Reached/i, { timeout: 500 })
  }).toPass()
  await tabTo(page, /^Next/)
  await page.keyboard.press('Enter')
  await expect(page).not.toHaveTitle(/Run a web server/)
})

test('what is opened by a key gives the keyboard back when it closes, and a choice is said', async ({ page }) => {
  await openFilm(page)
  const back = async (name: string, close: () => Promise<void>): Promise<void> => {
    const button = page.getByRole('button', { name, exact: true }).first()
    await button.focus()
    await page.keyboard.press('Enter')
    await close()
    await expect(button).toBeFocused()
  }
  const escape = async (): Promise<void> => {
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
  }
  for (const name of ['Share', 'Levels', 'Learn', 'Help and keys']) await back(name, escape)
  await back('Open the scheduler microscope', async () => {
    await page.getByRole('button', { name: 'Close the microscope' }).focus()
    await page.keyboard.press('Enter')
  })
  // One dialog after another: back to who opened the first.
  await back('Share', async () => {
    await escape()
    await page.keyboard.press('ControlOrMeta+k')
    await expect(page.getByRole('combobox')).toBeFocused()
    await page.keyboard.type('keep what')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Keep what was played' })).toBeVisible()
    await page.keyboard.press('Escape')
  })
  for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('status').filter({ hasText: /^Chosen: pod\/test-nginx-pod, Pending, 0\/1 ready$/ })).toHaveCount(1)
})

test('what is typed before a dialog has come does nothing to the film', async ({ page }) => {
  await page.route(/GoTo-/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await route.continue()
  })
  await openFilm(page)
  await page.keyboard.press('g')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('2')
  const dialog = page.getByRole('dialog', { name: 'Go to' })
  await expect(dialog).toBeVisible()
  await page.keyboard.type('20')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  expect(await stepNumber(page)).toBe(20)
  await expect(page.getByRole('region', { name: 'Cluster', exact: true })).toBeVisible()
})

test('a dialog that was given up before it has come does not come', async ({ page }) => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/Gallery-/, async (route) => {
    await held
    await route.continue()
  })
  await openFilm(page)
  await page.keyboard.press('l')
  await page.keyboard.press('Escape')
  const fetched = page.waitForResponse(/Gallery-.*js/)
  release()
  await fetched
  await page.waitForTimeout(300)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('ArrowRight')
  expect(await stepNumber(page)).toBe(1)
})

test('a key that is held switches once, and steps on and on', async ({ page }) => {
  await openFilm(page)
  const hold = async (key: string): Promise<void> => {
    for (let i = 0; i < 4; i++) await page.keyboard.down(key)
    await page.keyboard.up(key)
  }
  const isDark = (): Promise<boolean> => page.evaluate(() => document.documentElement.dataset['theme'] === 'dark')
  const before = await isDark()
  await hold('d')
  expect(await isDark()).toBe(!before)
  await hold('ArrowRight')
  expect(await stepNumber(page)).toBe(4)
})

test('the terminal takes the keyboard when it is asked for, not whenever it is opened', async ({ page }) => {
  await openFilm(page)
  const field = page.getByRole('region', { name: 'Terminal' }).getByRole('textbox')
  await page.keyboard.press('/')
  await expect(field).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('e')
  await expect(field).toBeHidden()
  await page.keyboard.press('e')
  await expect(field).toBeVisible()
  await page.waitForTimeout(300)
  await expect(field).not.toBeFocused()
})

test('every stop of the keyboard can be seen', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 14; i++) await page.keyboard.press('Shift+ArrowRight')
  const unseen: string[] = []
  for (let i = 0; i < 70; i++) {
    await page.keyboard.press('Tab')
    const fault = await page.evaluate(() => {
      const at = document.activeElement
      if (at === null || at === document.body || at.closest('.monaco-editor') !== null) return undefined
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at)
      const { width, height } = at.getBoundingClientRect()
      const shown = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      return (shown && width > 0 && height > 0) || at.matches('input, textarea') ? undefined : at.outerHTML.slice(0, 120)
    })
    if (fault !== undefined) unseen.push(fault)
  }
  expect(unseen).toEqual([])
})

test.describe('what a word means', () => {
  test('is said on focus, described to screen readers, and goes with Escape', async ({ page }) => {
    await page.goto(`./${film('crash-loop', { lang: 'en', t: 60_000, select: 'pod/default/crash' })}`)
    await expect(count(page)).toHaveText(/^[1-9]/)
    // The page is at rest: a panel that comes moves what is below it, and the explanation of a word that moves goes.
    await expect(page.locator('.view-lines')).toContainText('crash')
    const word = page.getByRole('complementary').locator('[data-word=Error][tabindex="0"]').first()
    await word.focus()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    await expect(page.getByRole('tooltip')).toContainText('exit code other than 0')
    await expect(word).toHaveAccessibleDescription(/exit code other than 0/)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('tooltip')).toBeHidden()
    // A long text is one stop; Up and Down lead from word to word.
    await page.getByRole('tab', { name: 'YAML', exact: true }).click()
    await page.locator('pre[data-words]').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('tooltip')).toContainText(/kind/i)
  })

  test('is said on a pod of the graph, with its name', async ({ page }) => {
    await page.goto(`./${film('crash-loop', { lang: 'zh', t: 60_000 })}`)
    await expect(count(page)).toHaveText(/^[1-9]/)
    await page.getByTestId('pod-default-crash').hover()
    await expect(page.getByRole('tooltip')).toContainText(/crash.*容器以非 0 退出码结束/s)
  })

  test.describe('by touch', () => {
    test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

    test('is said on a tap, and gone with the next', async ({ page }) => {
      await page.goto(`./${film('crash-loop', { lang: 'en', t: 60_000, select: 'pod/default/crash' })}`)
      await expect(count(page)).toHaveText(/^[1-9]/)
      await page.getByRole('button', { name: 'Menu' }).tap()
      await page.getByRole('menuitem', { name: 'Inspector' }).tap()
      await page.getByRole('dialog').locator('[data-word=Error][tabindex="0"]').first().tap()
      await expect(page.getByRole('tooltip')).toContainText('exit code other than 0')
      await expect(page.getByRole('dialog')).toBeVisible()
      await page.getByRole('dialog').getByRole('heading', { name: 'Inspector' }).tap()
      await expect(page.getByRole('tooltip')).toBeHidden()
    })
  })
})

test('magnified four times nothing lies over anything else, and one scrolls', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 256 })
  await openFilm(page)
  const tabs = (await page.getByRole('button', { name: 'Cluster', exact: true }).boundingBox())!
  const words = (await caption(page).boundingBox())!
  const stage = (await page.getByRole('region', { name: 'Cluster' }).boundingBox())!
  expect(stage.y).toBeGreaterThanOrEqual(tabs.y + tabs.height - 1)
  expect(stage.height).toBeGreaterThan(200)
  expect(words.y).toBeGreaterThanOrEqual(stage.y + stage.height - 1)
  await page.getByRole('button', { name: 'Forward' }).first().scrollIntoViewIfNeeded()
  await expect(page.getByRole('button', { name: 'Forward' }).first()).toBeInViewport()
})
