import { build, type Rolldown } from 'vite'
import { scenarios } from '../scripts/vite-plugin-scenarios.ts'
import { hashes } from './hashes.ts'
import { expect, test } from './test.ts'

test('every film of the catalogue is the same in Node and in the browser, byte for byte', async ({ page }) => {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    plugins: [scenarios()],
    build: { write: false, minify: false, lib: { entry: 'e2e/hashes.ts', formats: ['iife'], name: 'films' } },
  })) as Rolldown.RolldownOutput[]
  const script = built[0]!.output[0].code
  const here = hashes()
  expect(Object.keys(here).length).toBeGreaterThan(10)
  await page.goto('about:blank')
  await page.addScriptTag({ content: script })
  const there = await page.evaluate('films.hashes()')
  expect(there).toEqual(here)
})
