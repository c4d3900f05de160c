import { createServer } from 'node:net'
import { defineConfig } from '@playwright/test'
import { ensureBrowser } from './scripts/find-browser.mjs'

/** A port nobody uses, so that the tests never meet the page of another checkout. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

// Playwright reads this file in each of its processes; the first one decides for all of them.
process.env.PODREEL_BROWSER ??= ensureBrowser()
process.env.PODREEL_TEST_PORT ??= String(await freePort())

const address = `http://127.0.0.1:${process.env.PODREEL_TEST_PORT}/`
const preview = `vite preview --host 127.0.0.1 --strictPort --port ${process.env.PODREEL_TEST_PORT}`

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/browser',
  snapshotPathTemplate: '{testDir}/pictures/{testFileName}/{arg}-{projectName}{ext}',
  fullyParallel: true,
  // A browser on a busy machine may stumble; what fails twice is broken. A second try is reported as flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  // Enough for a slow and busy machine: no test is about time.
  timeout: 240_000,
  expect: {
    timeout: 30_000,
    toHaveScreenshot: { animations: 'disabled', caret: 'hide' },
  },
  use: {
    baseURL: address,
    // Each test opens the page anew: keeping all of it for later would cost a second each. offline.spec.ts does.
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.PODREEL_BROWSER,
      args: [
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        // Chromium's sandbox refuses to run as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    // A test says `{ tag: '@phone' }` to run on the phone as well.
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      grep: /@phone/,
      use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
    },
  ],
  webServer: {
    // scripts/test.mjs has just built; alone, `npx playwright test` builds what it tests.
    command: process.env.PODREEL_BUILT ? preview : `vite build --logLevel warn && ${preview}`,
    url: address,
    timeout: 180_000,
    reuseExistingServer: false,
  },
})
