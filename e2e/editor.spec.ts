import type { Page } from '@playwright/test'
import { paste, terminal } from './stage.ts'
import { expect, test } from './test.ts'

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx
`

const editor = (page: Page) => page.getByRole('region', { name: 'Editor', exact: true })
const field = (page: Page) => editor(page).getByRole('textbox', { name: /^Text of / })
const apply = (page: Page) => editor(page).getByRole('button', { name: /^Apply/ })

/** Opens the page and waits until Monaco has taken the plain editor's place. */
async function openEditor(page: Page): Promise<void> {
  await page.goto('./')
  await expect(editor(page).locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 30_000 })
  // Not a click: Monaco lies over its own text field.
  await field(page).focus()
}

/** Text under a red line, and the number of its line. */
async function marked(page: Page): Promise<{ line: number; text: string }[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning')].map((mark) => {
      const { top, left, right } = mark.getBoundingClientRect()
      const lineTop = (mark.parentElement as HTMLElement).offsetTop
      const number = [...document.querySelectorAll('.line-numbers')].find(
        (n) =>
          Math.abs(n.getBoundingClientRect().top - top) < 14 && (n.parentElement as HTMLElement).offsetTop === lineTop,
      )
      const line = [...document.querySelectorAll('.view-line')].find((l) => (l as HTMLElement).offsetTop === lineTop)!
      const text = line.textContent!.replaceAll('\u00a0', ' ')
      const { left: start } = line.getBoundingClientRect()
      const letter =
        line.querySelector('span span')!.getBoundingClientRect().width /
        line.querySelector('span span')!.textContent!.length
      return {
        line: Number(number?.textContent),
        text: text.slice(Math.round((left - start) / letter), Math.round((right - start) / letter)),
      }
    }),
  )
}

test.describe('what is wrong is told where it was typed', () => {
  const cases: [name: string, text: string, line: number, text: string, message: RegExp][] = [
    ['bad YAML', pod.replace('image: nginx', 'image: nginx: latest'), 8, '', /mapping values are not allowed/],
    [
      'an unknown field',
      pod.replace('image:', 'imagee:'),
      8,
      'imagee',
      /unknown field "spec\.containers\[0\]\.imagee"/,
    ],
    ['a wrong kind', pod.replace('kind: Pod', 'kind: Pood'), 2, 'Pood', /no matches for kind "Pood" in version "v1"/],
    [
      'a bad name',
      pod.replace('name: web\nspec', 'name: Web_1\nspec'),
      4,
      'Web_1',
      /metadata\.name: Invalid value: "Web_1"/,
    ],
    [
      'a missing image',
      pod.replace('    image: nginx\n', ''),
      7,
      'name',
      /spec\.containers\[0\]\.image: Required value/,
    ],
    [
      'a duplicate',
      `${pod}  - name: web\n    image: redis\n`,
      9,
      'web',
      /spec\.containers\[1\]\.name: Duplicate value: "web"/,
    ],
    [
      'a wrong type',
      `${pod}    ports:\n    - containerPort: "80"\n`,
      10,
      '"80"',
      /cannot unmarshal string into Go struct field/,
    ],
  ]
  for (const [name, text, line, mark, message] of cases) {
    test(name, async ({ page }) => {
      await openEditor(page)
      await paste(page, text)
      await expect(editor(page).getByRole('button', { name: message })).toBeVisible()
      const marks = await marked(page)
      expect(marks.map((m) => m.line)).toContain(line)
      if (mark !== '') expect(marks).toContainEqual({ line, text: mark })
      // Nothing is lost: the text stays, and can be put right.
      await paste(page, pod)
      await expect(editor(page).getByText('No problems')).toBeVisible()
    })
  }
})

test('completion knows the kinds, the fields and their values', async ({ page }) => {
  await openEditor(page)
  await paste(page, pod)
  await page.keyboard.press('Control+End')
  await page.keyboard.type('  restartP')
  await expect(page.locator('.suggest-widget .monaco-list-row').first()).toContainText('restartPolicy')
  await page.keyboard.press('Enter')
  await page.keyboard.type(' ')
  await page.keyboard.press('Control+Space')
  const rows = page.locator('.suggest-widget .monaco-list-row')
  await expect(rows).toHaveText([/Always/, /Never/, /OnFailure/])
  await page.keyboard.type('Nev')
  await page.keyboard.press('Enter')
  await expect(editor(page).locator('.view-lines')).toContainText(/restartPolicy:\s+Never/)
  await page.keyboard.press('Home')
  await page.keyboard.press('Control+k')
  await page.keyboard.press('Control+i')
  await expect(page.getByText('Restart policy for all containers within the pod').first()).toBeVisible()
})

test('an empty file offers whole manifests', async ({ page }) => {
  await openEditor(page)
  await editor(page).getByRole('button', { name: 'New file' }).click()
  await expect(editor(page).getByRole('tab', { selected: true })).toContainText('pod.yaml')
  await page.keyboard.press('Control+Space')
  await expect(page.locator('.suggest-widget .monaco-list-row').first()).toContainText('Pod')
  await page.keyboard.press('Enter')
  await expect(editor(page).locator('.view-lines')).toContainText('containerPort')
  await expect(editor(page).getByText('No problems')).toBeVisible()
})

test('a common mistake is mended with one click, and with the key for it', async ({ page }) => {
  await openEditor(page)
  await paste(page, `${pod}  restartPolicy: Nerver\n`)
  await editor(page).getByRole('button', { name: 'Change Nerver to Never' }).click()
  await expect(editor(page).locator('.view-lines')).toContainText(/restartPolicy:\s+Never/)
  await page.keyboard.press('Control+z')
  await expect(editor(page).getByRole('button', { name: 'Change Nerver to Never' })).toBeVisible()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('F8')
  await page.keyboard.press('Control+.')
  await page.keyboard.press('Enter')
  await expect(editor(page).getByText('No problems')).toBeVisible()
})

test('Apply plays what becomes of the text, and going back shows the old one', async ({ page }) => {
  await openEditor(page)
  await paste(page, pod.replaceAll('web', 'mine'))
  await expect(editor(page).getByText('edited, not applied yet')).toBeAttached()
  await page.keyboard.press('Control+Enter')
  await expect(terminal(page)).toContainText('pod/mine created')
  await expect(terminal(page)).toContainText('kubectl apply -f nginx-pod.yaml')
  await expect(editor(page).getByText('edited, not applied yet')).not.toBeAttached()
  // A film that plays would play it again.
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await expect(editor(page).locator('.view-lines')).toContainText('test-nginx-pod')
  await page.keyboard.press('End')
  await expect(editor(page).locator('.view-lines')).toContainText('name: mine')
})

test('what is applied and refused says why, and keeps the text', async ({ page }) => {
  await openEditor(page)
  await paste(page, pod.replace('name: web\nspec', 'name: Web_1\nspec'))
  await apply(page).click()
  await expect(terminal(page)).toContainText('The Pod "Web_1" is invalid: metadata.name: Invalid value: "Web_1"')
  await expect(editor(page).locator('.view-lines')).toContainText('Web_1')
})

test('files can be added, renamed and deleted; drafts outlive a reload', async ({ page }) => {
  await openEditor(page)
  await editor(page).getByRole('button', { name: 'New file' }).click()
  await expect(editor(page).getByRole('tab')).toHaveText(['nginx-pod.yaml', /^pod.yaml/])
  await page.keyboard.type('# mine')
  await editor(page).getByRole('button', { name: 'File: pod.yaml' }).click()
  await page.getByRole('menuitem', { name: /Rename/ }).click()
  const name = editor(page).getByRole('textbox', { name: 'Name of the file' })
  await name.fill('nginx-pod.yaml')
  await expect(editor(page).getByRole('alert')).toHaveText('There is a file of this name already.')
  await name.fill('mine.yaml')
  await name.press('Enter')
  await expect(editor(page).getByRole('tab')).toHaveText(['nginx-pod.yaml', /^mine.yaml/])
  await expect(editor(page).getByRole('tab', { selected: true })).toBeFocused()
  await page.keyboard.press('F2')
  await name.press('Escape')
  await expect(editor(page).getByRole('tab', { name: /mine.yaml/ })).toBeFocused()
  await page.waitForTimeout(600)
  await page.reload()
  await expect(editor(page).getByRole('tab', { name: /mine.yaml/, selected: true })).toBeVisible()
  await expect(field(page)).toBeAttached()
  await expect(editor(page)).toContainText('# mine')
  await editor(page).getByRole('button', { name: 'File: mine.yaml' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(editor(page).getByRole('tab')).toHaveText(['nginx-pod.yaml'])
  await editor(page).getByRole('button', { name: 'Undo' }).click()
  await expect(editor(page)).toContainText('# mine')
  await editor(page).getByRole('tab', { selected: true }).press('Delete')
  await expect(editor(page).getByRole('tab', { name: 'nginx-pod.yaml' })).toBeFocused()
})

test('the text is there before Monaco is, and typing goes on when Monaco comes', async ({ page }) => {
  await page.goto('./')
  await expect(editor(page)).toContainText('test-nginx-pod')
  await field(page).focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('# one')
  await expect(editor(page).locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 30_000 })
  await page.keyboard.type(' two')
  await expect(editor(page).locator('.view-lines')).toContainText('# one two')
})

test('the first load holds no Monaco', async ({ page }) => {
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await page.goto('./')
  await expect(editor(page)).toContainText('test-nginx-pod')
  await page.waitForFunction(() => performance.getEntriesByType('paint').length > 0)
  const atPaint = loaded.filter((url) => /monaco|MonacoView|editor\.api|yaml\.worker/i.test(url))
  expect(atPaint).toEqual([])
})

test.describe('hostile texts leave the page usable', () => {
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`),
  ].join('\n')
  const deep = `a: ${'['.repeat(5000)}`
  const cases: [name: string, text: string, says: RegExp][] = [
    ['5 MB', `${pod}# ${'x'.repeat(78)}\n`.repeat(5_000_000 / 180), /This file has .*; up to 512KiB are checked/],
    ['an alias bomb', bomb, /excessive aliasing/],
    ['deep nesting', deep, /exceeded max depth/],
  ]
  for (const [name, text, says] of cases) {
    test(name, async ({ page }) => {
      await openEditor(page)
      await paste(page, text)
      await expect(editor(page).getByText(says).first()).toBeVisible({ timeout: 30_000 })
      // The page still answers at once.
      const longestMs = await page.evaluate(async () => {
        let longest = 0
        for (let i = 0; i < 30; i++) {
          const before = performance.now()
          await new Promise((resolve) => requestAnimationFrame(resolve))
          longest = Math.max(longest, performance.now() - before)
        }
        return longest
      })
      expect(longestMs).toBeLessThan(1000)
      await paste(page, pod)
      await expect(editor(page).getByText('No problems')).toBeVisible({ timeout: 30_000 })
    })
  }
})

test('in Chinese, Monaco speaks Chinese', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('podreel.language', 'zh'))
  await page.goto('./')
  const region = page.getByRole('region', { name: '编辑器', exact: true })
  await expect(region.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 30_000 })
  await region.getByRole('textbox').first().focus()
  await page.keyboard.press('Shift+F10')
  await expect(page.getByRole('menuitem', { name: '复制' })).toBeVisible()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('the editor is a sheet with the same messages and fixes', async ({ page }) => {
    await page.goto('./')
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('menuitem', { name: /Editor/ }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('textbox').fill(`${pod}  restartPolicy: Nerver\n`)
    await sheet.getByRole('button', { name: 'Change Nerver to Never' }).click()
    await expect(sheet.getByText('No problems')).toBeVisible()
    await expect(sheet.getByRole('textbox')).toHaveValue(`${pod}  restartPolicy: Never\n`)
  })
})
