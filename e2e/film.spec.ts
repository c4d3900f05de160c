import type { Page } from '@playwright/test'
import { atRest, clock, count, openFilm, playhead, stepNumber } from './stage.ts'
import { expect, test } from './test.ts'

/** The life of a pod without hooks, init containers or Services, and not killed: these boxes, in this order. */
const created = [
  'submit',
  'authenticate',
  'authorize',
  'admit',
  'validate',
  'store',
  'acknowledge',
  'scheduler-sees',
  'filter',
  'score',
  'bind',
  'bind-store',
  'kubelet-sees',
  'volumes',
  'sandbox',
  'pull',
  'containers',
  'status',
  'running',
  'ready',
]
const terminated = [
  'delete',
  'mark',
  'store',
  'told',
  'kubelet-sees',
  'term',
  'wait',
  'exited',
  'clean-up',
  'grace-zero',
  'removed',
]

test.beforeEach(async ({ page }) => openFilm(page))

/** Charts are loaded when they are first shown, and shown as soon as the film has a pod. The film stands at its start. */
async function showChart(page: Page, key: '2' | '3'): Promise<void> {
  await page.keyboard.press(key)
  await page.keyboard.press('End')
  await expect(page.locator('[data-box]').first()).toBeVisible()
  await page.keyboard.press('Home')
  await expect(count(page)).toHaveText(/^0 /)
}

/** The boxes that glow, and what they say for a reader: 'create/bind Bind to node2: here now, since 12 ms'. */
const glowing = (page: Page): Promise<string[]> =>
  page
    .locator('[data-box][aria-current="step"]')
    .evaluateAll((boxes) => boxes.map((box) => `${box.getAttribute('data-box')} ${box.getAttribute('aria-label')}`))

for (const { key, chart, boxes } of [
  { key: '2', chart: 'create', boxes: created },
  { key: '3', chart: 'terminate', boxes: terminated },
] as const) {
  test(`every box of ${chart} lights in order, with its virtual time`, async ({ page }) => {
    await showChart(page, key)
    const seen = new Map<string, { words: string; now: number }>()
    // Hop by hop: some boxes are passed between two milestones.
    while (!seen.has(`${chart}/${boxes.at(-1)}`)) {
      await page.keyboard.press('.')
      for (const words of await glowing(page)) {
        const box = words.slice(0, words.indexOf(' '))
        if (!seen.has(box)) seen.set(box, { words, now: milliseconds(await clock(page).innerText()) })
      }
    }
    expect([...seen.keys()]).toEqual(boxes.map((name) => `${chart}/${name}`))

    // What a box says is when it was passed, counted from the first; it goes on saying so.
    const begin = seen.get(`${chart}/${boxes[0]}`)!.now
    for (const [box, { words, now }] of seen) {
      const time = /since (.+)$/.exec(words)?.[1]
      expect(time, box).toBe(short(now - begin))
      await expect(page.locator(`[data-box="${box}"]`)).toHaveAccessibleName(new RegExp(`(passed at|since) ${time}$`))
    }
    // The other boxes say that they were not taken.
    const rest = page.locator('[data-box]:not([data-state="passed"]):not([data-state="current"])')
    for (const name of await rest.evaluateAll((all) => all.map((box) => box.getAttribute('aria-label'))))
      expect(name).toMatch(/: not (taken|reached)$/)
  })
}

test('back over a whole life and forward again, the pictures are the same', async ({ page }) => {
  // All four views at once; beside them stand the inspector, the terminal, the caption and the clock.
  await page.getByRole('button', { name: 'Split the stage' }).click()
  for (const name of ['Create', 'Terminate', 'Pod states']) {
    const tab = page.getByRole('main').getByRole('button', { name, exact: true })
    if ((await tab.getAttribute('aria-pressed')) === 'false') await tab.click()
    await expect(page.getByRole('region', { name, exact: true })).toBeVisible()
  }
  await page.keyboard.press('End')
  await expect(page.locator('[data-box="create/submit"]')).toBeVisible()
  await expect(page.locator('[data-box="terminate/delete"]')).toBeVisible()
  await page.keyboard.press('Home')
  await expect(count(page)).toHaveText(/^0 /)

  const forwards = new Map([[0, await picture(page)]])
  while (!(await glowing(page)).some((words) => words.startsWith('terminate/removed '))) {
    await page.keyboard.press('Shift+ArrowRight')
    forwards.set(await stepNumber(page), await picture(page))
  }
  expect(forwards.size).toBeGreaterThan(25)
  expect(new Set(forwards.values()).size).toBe(forwards.size)

  const moments = [...forwards.keys()]
  for (const moment of moments.slice(0, -1).toReversed()) {
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await stepNumber(page)).toBe(moment)
    expect(await picture(page), `back at ${moment}`).toBe(forwards.get(moment))
  }
  for (const moment of moments.slice(1)) {
    await page.keyboard.press('Shift+ArrowRight')
    expect(await picture(page), `again at ${moment}`).toBe(forwards.get(moment))
  }
})

test.describe('a click goes to its moment in all views', () => {
  /** All views stand at one step: caption, playhead, clock. */
  async function standsAt(page: Page, step: number, time: string): Promise<void> {
    await expect(count(page)).toHaveText(new RegExp(`^${step} /`))
    await expect(playhead(page)).toHaveAttribute('aria-valuenow', String(step))
    await expect(clock(page)).toHaveText(time)
    await expect(playhead(page)).toHaveAttribute('aria-valuetext', new RegExp(`\\b${step}\\b.*${time}`))
  }
  /** Where a milestone is, found by stepping. */
  async function moment(page: Page, box: string): Promise<{ step: number; time: string }> {
    while (!(await glowing(page)).some((words) => words.startsWith(`${box} `)))
      await page.keyboard.press('Shift+ArrowRight')
    return { step: await stepNumber(page), time: await clock(page).innerText() }
  }

  test('a box of a flowchart', async ({ page }) => {
    await showChart(page, '2')
    const bind = await moment(page, 'create/bind')
    await page.keyboard.press('End')
    await page.locator('[data-box="create/bind"]').click()
    await standsAt(page, bind.step, bind.time)
    await expect(page.locator('[data-box="create/bind"]')).toHaveAttribute('aria-current', 'step')
    await expect(page.locator('[data-box="create/ready"]')).toHaveAttribute('data-state', 'ahead')
  })

  test('an event in the inspector', async ({ page }) => {
    await showChart(page, '2')
    await moment(page, 'create/ready')
    const inspector = page.getByRole('complementary')
    await inspector.getByRole('tab', { name: 'Events' }).click()
    await inspector.getByRole('button', { name: /Pulling/ }).click()
    const step = await stepNumber(page)
    await standsAt(page, step, await clock(page).innerText())
    // It is the last of its events now, written just then.
    await expect(inspector.getByRole('listitem').first()).toContainText('Pulling')
    await expect(page.getByRole('region', { name: 'What happens now' })).toContainText('Pulling')
    await expect(page.locator('[data-box="create/pull"]')).toHaveAttribute('data-state', /passed|current/)
    await expect(page.locator('[data-box="create/containers"]')).toHaveAttribute('data-state', 'ahead')
  })

  test('a flag and a chapter of the timeline', async ({ page }) => {
    await showChart(page, '3')
    const timeline = page.getByRole('region', { name: 'Timeline' })
    await timeline.getByRole('option', { name: /kubectl delete pod/ }).click()
    const flag = await stepNumber(page)
    await standsAt(page, flag, await clock(page).innerText())
    await expect(page.getByRole('region', { name: 'What happens now' })).toContainText('$ kubectl delete pod')
    await timeline.getByRole('option', { name: /Running and Ready/ }).click()
    const chapter = await stepNumber(page)
    expect(chapter).toBeLessThan(flag)
    await standsAt(page, chapter, await clock(page).innerText())
    await expect(page.getByRole('complementary')).toContainText('1/1')
  })

  test('a cause behind the caption', async ({ page }) => {
    await showChart(page, '2')
    await moment(page, 'create/bind')
    await page.getByRole('region', { name: 'What happens now' }).getByRole('button', { name: 'why?' }).click()
    const causes = page.getByRole('dialog').getByRole('listitem')
    await causes.filter({ hasText: 'kubectl apply' }).getByRole('button').first().click()
    await expect(count(page)).toHaveText(/^1 \//)
    await expect(page.locator('[data-box]')).toHaveCount(0)
  })
})

/** Everything that the page shows of a moment: of the stage each box, line and place; of the rest the words. */
async function picture(page: Page): Promise<string> {
  await atRest(page)
  const all = await Promise.all([
    page.getByRole('main').evaluate(drawn),
    page.getByRole('complementary').ariaSnapshot(),
    page.getByRole('region', { name: 'What happens now' }).ariaSnapshot(),
    page.getByRole('region', { name: 'Terminal' }).locator('[class*=line]').allInnerTexts(),
    clock(page).innerText(),
  ])
  return all.flat().join('\n')
}

/** Runs in the page: the elements with their attributes in a fixed order, when the next frames are through. */
async function drawn(root: Element): Promise<string> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
  const lines: string[] = []
  for (const element of [root, ...root.querySelectorAll('*')]) {
    const attributes = [...element.attributes].map(({ name, value }) =>
      name === 'style' ? `style=${value.split('; ').toSorted().join('; ')}` : `${name}=${value}`,
    )
    const text = element.childElementCount === 0 ? element.textContent : ''
    lines.push([element.tagName, ...attributes.toSorted(), text].join(' '))
  }
  return lines.join('\n')
}

/** '00:00:08.485' in ms. */
function milliseconds(time: string): number {
  const [hours, minutes, seconds] = time.split(':').map(Number)
  return Math.round(((hours! * 60 + minutes!) * 60 + seconds!) * 1000)
}

/** As the boxes write times: '78 ms', '3.4 s'. */
function short(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}
