import type { Page } from '@playwright/test'
import { faultsOf } from './axe.ts'
import { looks, show } from './looks.ts'
import type { Look } from './looks.ts'
import { expect, test } from './test.ts'

/**
 * Every look of the page, in one of the languages and one of the themes in turn, half of them on a phone, too. All of them in all:
 * `PODREEL_LOOKS=all npx playwright test e2e/axe.spec.ts`.
 */
const combinations = [
  { language: 'en', colorScheme: 'dark' },
  { language: 'zh', colorScheme: 'light' },
  { language: 'en', colorScheme: 'light' },
  { language: 'zh', colorScheme: 'dark' },
] as const
const thorough = process.env['PODREEL_LOOKS'] === 'all'

async function findNothing(page: Page, look: Look, turn: number): Promise<void> {
  const faults: string[] = []
  for (const { language, colorScheme } of thorough ? combinations : [combinations[turn % combinations.length]!]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await show(page, look, language)
    faults.push(...(await faultsOf(page)).map((fault) => `${language} ${colorScheme} ${fault}`))
  }
  expect(faults).toEqual([])
}

const all = Object.entries(looks)

all.forEach(([name, look], i) => {
  if (look.only === 'phone') return
  const onPhone = look.only !== 'wide' && (thorough || i % 2 === 0)
  test(`axe finds nothing: ${name}`, { tag: onPhone ? '@phone' : [] }, ({ page }, { project }) => findNothing(page, look, project.name === 'phone' ? i + 1 : i))
})

test.describe('in a sheet', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  all.forEach(([name, look], i) => {
    if (look.only === 'phone') test(`axe finds nothing: ${name}`, ({ page }) => findNothing(page, look, i))
  })
})
