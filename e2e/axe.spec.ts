import type { Page } from '@playwright/test'
import { faultsOf } from './axe.ts'
import { looks, show } from './looks.ts'
import type { Look } from './looks.ts'
import { expect, test } from './test.ts'

/** Every look of the page in both languages and both themes, on a desk and on a phone. */
test.use({ contextOptions: { reducedMotion: 'reduce' }, colorScheme: 'dark' })

async function findNothing(page: Page, look: Look): Promise<void> {
  const faults: string[] = []
  for (const language of ['en', 'zh'] as const) {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await show(page, look, language)
    faults.push(...(await faultsOf(page)).map((fault) => `${language} dark ${fault}`))
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    // Colours change in no time, but not in none.
    await page.waitForTimeout(100)
    faults.push(...(await faultsOf(page, true)).map((fault) => `${language} light ${fault}`))
  }
  expect(faults).toEqual([])
}

const all = Object.entries(looks)

for (const [name, look] of all.filter(([, { only }]) => only !== 'phone')) {
  test(`axe finds nothing: ${name}`, { tag: look.only === 'wide' ? [] : '@phone' }, ({ page }) => findNothing(page, look))
}

test.describe('in a sheet', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  for (const [name, look] of all.filter(([, { only }]) => only === 'phone'))
    test(`axe finds nothing: ${name}`, ({ page }) => findNothing(page, look))
})
