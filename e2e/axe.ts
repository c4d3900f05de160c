import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** WCAG 2.2 AA, and what axe and Lighthouse call good practice besides. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Monaco is not ours to mend: the plain editor that is there before it and on phones is looked at instead. */
const notOurs = ['.monaco-editor']

/** Stands where it is by what it means, as on a map (WCAG 2.5.8 excepts it), and is reached another way, too: keys, lists. */
const onScale = ['[data-on-scale]', '.react-flow__viewport']

/** Handles between landmarks belong to both. */
const handles = ['[role=separator]', ':has(> [role=separator])']

const exceptions: Readonly<Record<string, readonly string[]>> = { region: handles, 'target-size': onScale }

/** What axe finds wrong with the page as it stands, a line a fault. */
export async function faultsOf(page: Page): Promise<string[]> {
  const axe = notOurs.reduce((one, selector) => one.exclude(selector), new AxeBuilder({ page }))
  const { violations } = await axe.withTags(rules).analyze()
  const faults: string[] = []
  for (const { id, nodes } of violations) {
    for (const { target, html, failureSummary = '' } of nodes) {
      if (await isWithin(page, String(target[0]), exceptions[id] ?? [])) continue
      faults.push(`${id}: ${html.slice(0, 160)} ${failureSummary.split('\n')[1]?.trim() ?? ''}`)
    }
  }
  return faults
}

function isWithin(page: Page, target: string, selectors: readonly string[]): Promise<boolean> {
  return page.evaluate(([at, all]) => all.some((selector) => document.querySelector(at)?.closest(selector) !== null), [target, selectors] as const)
}
