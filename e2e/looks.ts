import type { Page } from '@playwright/test'
import { findScenario } from '../src/scenarios/index.ts'
import { encode } from '../src/share/index.ts'
import type { Settings } from '../src/share/index.ts'

/**
 * Every look of the page by its name, and how one gets there: for the tests of axe.spec.ts and for the sheets of
 * scripts/looks.ts. Nothing here depends on the language: keys, links and marks in the page lead the way.
 */
export interface Look {
  /** What the address ends with; the language is added behind it. */
  address: string
  /** What is done when the film stands there. */
  then?: (page: Page) => Promise<void>
  /** Where the page has no stage (a bad link has one, the speaker's window has not). */
  stageless?: boolean
  /** Only on a screen that is wide, or only on one that is not. */
  only?: 'wide' | 'phone'
}

/** The link of a built-in scenario. */
export function film(name: string, settings: Settings = {}): string {
  const scenario = findScenario(name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  return encode({ scenario, ...settings })
}

const press =
  (...keys: string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }

/** By the place in the palette, which knows actions by their ids in either language. */
const command = (id: string) => async (page: Page) => {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill(id)
  await page.keyboard.press('Enter')
}

const click = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()
/** Until the films of the pictures in sight are made. */
const thumbnails = async (page: Page): Promise<void> => {
  await page.getByRole('dialog').getByRole('listitem').first().waitFor()
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[data-filming]')].every((node) => node.getBoundingClientRect().bottom > node.closest('dialog, [role=dialog]')!.getBoundingClientRect().bottom),
  )
}
const tab = (n: number) => (page: Page) => page.getByRole('dialog').getByRole('tab').nth(n).click()

/** One thing after the other. */
const all =
  (...steps: ((page: Page) => Promise<void>)[]) =>
  async (page: Page): Promise<void> => {
    for (const step of steps) await step(page)
  }

const running: Settings = { step: 170 }
const sheet = (n: number) => async (page: Page) => {
  await page.locator('header').getByRole('button').last().click()
  await page.getByRole('menuitem').nth(n).click()
}

export const looks: Record<string, Look> = {
  opening: { address: '' },
  cluster: { address: film('first-pod', running) },
  crashing: { address: film('crash-loop', { t: 60_000, select: 'pod/default/crash' }) },
  create: { address: film('first-pod', { ...running, view: ['create'] }) },
  terminate: { address: film('graceful-end', { t: 40_000, view: ['terminate'] }) },
  states: { address: film('crash-loop', { t: 60_000, view: ['states'] }) },
  inside: { address: film('what-containers-share', { t: 20_000, view: ['inside'] }) },
  probes: { address: film('liveness-exec', { t: 60_000, view: ['inside'] }) },
  race: { address: film('termination-race', { t: 30_000, view: ['race'] }) },
  workloads: { address: film('deployment-rolls', { t: 40_000, view: ['workloads'] }) },
  storage: { address: film('statefulset', { t: 40_000, view: ['workloads'] }) },
  microscope: { address: film('insufficient-cpu', { t: 20_000, view: ['cluster', 'microscope'] }) },
  split: { address: film('graceful-end', { t: 12_000, view: ['cluster', 'create', 'terminate', 'states'] }) },
  traffic: { address: film('service-traffic', { t: 20_000 }) },
  faults: { address: film('node-failure', { t: 60_000 }) },
  node: { address: film('first-pod', { ...running, select: 'node/node1' }) },
  level: { address: '', then: all(press('v'), (page) => page.getByRole('dialog').getByRole('listitem').getByRole('button').first().click()) },
  gallery: { address: film('first-pod', running), then: all(press('l'), thumbnails) },
  levels: { address: film('first-pod', running), then: press('v') },
  scenarios: { address: film('first-pod', running), then: press('o') },
  palette: { address: film('first-pod', running), then: press('ControlOrMeta+k') },
  help: { address: film('first-pod', running), then: press('?') },
  'go to': { address: film('first-pod', running), then: press('g') },
  transcript: { address: film('first-pod', running), then: press('t') },
  'two moments': { address: film('first-pod', running), then: press('c') },
  'two futures': { address: film('first-pod', running), then: all(press('c'), (page) => page.getByRole('dialog').getByRole('radio').nth(1).click()) },
  'two scenarios': { address: film('first-pod', running), then: all(press('c'), (page) => page.getByRole('dialog').getByRole('radio').nth(2).click()) },
  owners: { address: film('deployment-rolls', { t: 40_000 }), then: press('w') },
  import: { address: film('first-pod', running), then: command('import') },
  locked: { address: film('termination-race', { t: 30_000 }), then: press('p', 'l') },
  share: { address: film('first-pod', running), then: command('share') },
  'share a code': { address: film('first-pod', running), then: all(command('share'), tab(3)) },
  export: { address: film('first-pod', running), then: all(command('share'), tab(4)) },
  builder: { address: film('first-pod', running), then: command('builder') },
  'why?': { address: film('first-pod', running), then: click(/^(why\?|为什么？)$/) },
  'break on': { address: film('first-pod', running), then: click(/^(break on…|断点…)$/), only: 'wide' },
  presenter: { address: film('termination-race', { t: 30_000 }), then: press('p') },
  overview: { address: film('termination-race', { t: 30_000 }), then: press('p', 'o') },
  code: { address: film('first-pod', running), then: press('p', 'q') },
  "the speaker's window": { address: '#speaker=nobody', stageless: true },
  frame: { address: film('first-pod', { ...running, embed: true }) },
  'full frame': { address: film('first-pod', { ...running, embed: true, controls: 'full' }) },
  'bare frame': { address: film('first-pod', { ...running, embed: true, controls: 'none' }) },
  'about frames': { address: 'embedding.html', stageless: true },
  'a bad link': { address: '#p1:AAAA' },
  'a newer link': { address: '#p9:abc' },
  'the editor in a sheet': { address: film('first-pod', running), then: sheet(0), only: 'phone' },
  'the inspector in a sheet': { address: film('crash-loop', { t: 60_000 }), then: sheet(1), only: 'phone' },
  'the timeline in a sheet': { address: film('first-pod', running), then: sheet(2), only: 'phone' },
  'the microscope in a sheet': { address: film('insufficient-cpu', { t: 20_000, view: ['cluster', 'microscope'] }), only: 'phone' },
}

const addressIn = (address: string, language: 'en' | 'zh'): string => {
  if (address === '' || address.endsWith('.html') || address.startsWith('#speaker')) return address
  return `${address}&lang=${language}`
}

/** Opens the page in that look, and waits until it has come to rest. */
export async function show(page: Page, { address, then, stageless }: Look, language: 'en' | 'zh'): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`./${addressIn(address, language)}`)
  if (!stageless) {
    // A film that is not there yet has no steps; one that a link leads into is made as far as that first.
    const far = /&(t|step)=/.test(address) && !address.startsWith('#p9')
    await page.waitForFunction((far) => {
      const now = document.querySelector('[data-step-number]')?.textContent ?? ''
      return far ? /^[1-9]/.test(now) : now !== ''
    }, far)
    await page.waitForLoadState('networkidle')
  }
  await then?.(page)
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready)
  await page.waitForTimeout(400)
}
