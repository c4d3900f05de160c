import { faultsOf } from './axe.ts'
import { looks, show } from './looks.ts'
import { expect, test } from './test.ts'

/** Every look of the page in both languages and both themes, on a desk and on a phone. */
test.use({ contextOptions: { reducedMotion: 'reduce' }, colorScheme: 'dark' })

for (const [name, look] of Object.entries(looks)) {
  test(`axe finds nothing: ${name}`, { tag: '@phone' }, async ({ page, isMobile }) => {
    test.skip(look.only === (isMobile ? 'wide' : 'phone'), 'there is no such look at this width')
    const faults: string[] = []
    for (const language of ['en', 'zh'] as const) {
      await show(page, look, language)
      faults.push(...(await faultsOf(page)).map((fault) => `${language} dark ${fault}`))
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
      // Colours change in no time, but not in none.
      await page.waitForTimeout(100)
      faults.push(...(await faultsOf(page, true)).map((fault) => `${language} light ${fault}`))
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    }
    expect(faults).toEqual([])
  })
}
