import type { Page } from '@playwright/test'
import { openFilm, openEmptyCluster, paste, terminal, type } from './stage.ts'
import { expect, test } from './test.ts'

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: other
spec:
  containers:
  - name: web
    image: nginx
`
const nines = (item: string): string => `[${Array(9).fill(item).join(', ')}]`
const bomb = [
  'a0: &a0 ' + nines('x'),
  ...Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} ${nines(`*a${i}`)}`),
]

/** editor.spec.ts tests what the editor says as one types; this, what is said to somebody who applies it all the same. */
const refused: [name: string, text: string, words: string][] = [
  [
    'bad YAML',
    pod.replace('image: nginx', 'image: nginx: latest'),
    'error: error parsing pod.yaml: error converting YAML to JSON: yaml: line 8: mapping values are not allowed in this context',
  ],
  [
    'an unknown field',
    pod.replace('image:', 'imagee:'),
    'strict decoding error: unknown field "spec.containers[0].imagee"',
  ],
  ['a wrong kind', pod.replace('kind: Pod', 'kind: Pood'), 'no matches for kind "Pood" in version "v1"'],
  ['a bad name', pod.replace('name: other', 'name: Web_1'), 'The Pod "Web_1" is invalid: metadata.name: Invalid value'],
  [
    'no image',
    pod.replace('    image: nginx\n', ''),
    'The Pod "other" is invalid: spec.containers[0].image: Required value',
  ],
  ['an alias bomb', bomb.join('\n'), 'yaml: document contains excessive aliasing'],
]

test.describe('what is applied and refused is told in the words of Kubernetes, and nothing is lost', () => {
  for (const [name, text, words] of refused) {
    test(name, async ({ page }) => {
      await openEmptyCluster(page)
      await type(page, 'kubectl apply -f pod.yaml')
      await expect(terminal(page)).toContainText('pod/web created')
      await paste(page, text)
      await page.keyboard.press('Control+Enter')
      await untilSaid(page, words)
      await keeps(page, text.split('\n', 1)[0]!.slice(0, 20))
    })
  }

  test('five megabytes', async ({ page }) => {
    const text = pod + `# ${'x'.repeat(78)}\n`.repeat(65_000)
    await openEmptyCluster(page)
    await type(page, 'kubectl apply -f pod.yaml')
    await expect(terminal(page)).toContainText('pod/web created')
    await paste(page, text)
    await expect(page.getByText(/This file has .*; up to 512KiB are checked/)).toBeVisible()
    await page.keyboard.press('Control+Enter')
    // It is a pod and a great deal of comment, and kubectl takes it.
    await untilSaid(page, 'pod/other created')
    await keeps(page, '# xxxxx')
  })

  test('a duplicate', async ({ page }) => {
    await openFilm(page)
    await page
      .getByRole('region', { name: 'Timeline' })
      .getByRole('option', { name: /Running and Ready/ })
      .click()
    await type(page, 'kubectl create -f nginx-pod.yaml')
    await untilSaid(
      page,
      'Error from server (AlreadyExists): error when creating "nginx-pod.yaml": pods "test-nginx-pod" already exists',
    )
    await expect(page.getByRole('complementary')).toContainText('Running')
  })
})

/** What was typed plays on stage like everything else; its end is enough here, however long the worker takes to film it. */
async function untilSaid(page: Page, words: string | RegExp): Promise<void> {
  await page.keyboard.press('Escape')
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(terminal(page)).toContainText(words, { timeout: 500 })
  }).toPass()
}

/** The cluster, the text and the history are still there. */
async function keeps(page: Page, shown: string): Promise<void> {
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await expect(page.getByRole('region', { name: 'Editor', exact: true }).locator('.view-lines')).toContainText(shown)
  await type(page, 'kubectl get pods')
  await untilSaid(page, /web +\d\/1/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await expect(timeline.getByRole('option', { name: /kubectl apply/ })).toHaveCount(2)
}

test.describe('what cannot be fetched is said, and the rest of the page goes on', () => {
  test('the engine', async ({ page, complaints }) => {
    await page.route(/engine\.worker/, (route) => route.abort())
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('The simulation could not be fetched')
    // The browser itself complains of what it did not get.
    complaints.splice(0)
  })

  test('the film, and the panels are there all the same', async ({ page, complaints }) => {
    await page.route(/scenes-/, (route) => route.abort())
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('The scenario could not be loaded')
    await expect(page.getByRole('region', { name: 'Editor', exact: true })).toBeVisible()
    complaints.splice(0)
  })

  test('a view, and it is there when it is tried again', async ({ page, complaints }) => {
    await page.route(/RaceView-/, (route) => route.abort())
    await openFilm(page)
    await page.getByRole('button', { name: 'Race', exact: true }).click()
    const race = page.getByRole('region', { name: 'Race', exact: true })
    await expect(race).toContainText('This view has failed')
    await race.getByRole('button', { name: 'Try again' }).click()
    await expect(race).toContainText('This view has failed')
    await page.unroute(/RaceView-/)
    await race.getByRole('button', { name: 'Try again' }).click()
    await expect(race).toContainText('No race yet')
    // With its style sheet, which the bundler asks for only once.
    expect(await page.locator('link[rel=stylesheet]').evaluateAll((links) => links.every((link) => (link as HTMLLinkElement).sheet !== null))).toBe(true)
    complaints.splice(0)
  })

  test('a dialog', async ({ page, complaints }) => {
    await page.route(/Gallery-/, (route) => route.abort())
    await openFilm(page)
    await page.keyboard.press('l')
    await expect(page.getByRole('alert').filter({ hasText: 'This view has failed' })).toBeVisible()
    await page.keyboard.press('Shift+ArrowRight')
    await expect(page.getByRole('main')).toBeVisible()
    await page.unroute(/Gallery-/)
    await page.keyboard.press('l')
    await expect(page.getByRole('dialog', { name: 'Scenarios' })).toBeVisible()
    complaints.splice(0)
  })
})
