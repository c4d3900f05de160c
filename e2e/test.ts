import { test as base } from '@playwright/test'

/** Playwright's own word when it keeps the service worker away (playwright.config.ts). */
const ours = 'Service Worker registration blocked by Playwright'

export { expect } from '@playwright/test'

interface Watched {
  /** What the page has complained of so far. It must be empty at the end of every test. */
  complaints: string[]
}

/**
 * The `test` of all browser tests: whatever a test looks at, it fails when the page throws or writes an
 * error or a warning to the console.
 *
 * For a page with less motion: `test.use({ contextOptions: { reducedMotion: 'reduce' } })`.
 */
export const test = base.extend<Watched>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`))
      page.on('console', (message) => {
        if (message.text() === ours) return
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`)
      })
      await use(complaints)
      base.expect(complaints, 'the page complained').toEqual([])
    },
    { auto: true },
  ],
})
