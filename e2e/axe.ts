import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** WCAG 2.2 AA, and what axe and Lighthouse call good practice besides. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Monaco is not ours to mend: the plain editor that is there before it and on phones is looked at instead. */
const notOurs = ['.monaco-editor']

/** Stands where it is by what it means, as on a map (WCAG 2.5.8 excepts it), and is reached another way, too: keys, lists. */
const onScale = ['[data-on-scale]', '.react-flow__viewport']

function builder(page: Page, without: readonly string[]): AxeBuilder {
  return without.reduce((axe, selector) => axe.exclude(selector), new AxeBuilder({ page }))
}

/**
 * What axe finds wrong with the page as it stands, a line a fault. `onlyColours`: after a change of the theme nothing else can be
 * different.
 */
export async function faultsOf(page: Page, onlyColours = false): Promise<string[]> {
  const results = onlyColours
    ? [await builder(page, notOurs).withRules(['color-contrast']).analyze()]
    : [
        // Handles between landmarks belong to both.
        await builder(page, notOurs).withTags(rules).disableRules(['target-size', 'region']).analyze(),
        await builder(page, [...notOurs, '[role=separator]', ':has(> [role=separator])']).withRules(['region']).analyze(),
        await builder(page, [...notOurs, ...onScale]).withRules(['target-size']).analyze(),
      ]
  return results.flatMap(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.split('\n')[1]?.trim() ?? ''}`),
    ),
  )
}
