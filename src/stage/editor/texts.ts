import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Finding, Fix } from './checking/finding.ts'

/** A finding with its words in the reader's language. */
export interface Shown {
  readonly finding: Finding
  readonly message: string
  readonly fixes: readonly { readonly title: string; readonly fix: Fix }[]
}

export function useShown(findings: readonly Finding[]): readonly Shown[] {
  const { t } = useTranslation('editor')
  return useMemo(
    () =>
      findings.map((finding) => ({
        finding,
        message:
          typeof finding.message === 'string'
            ? finding.message
            : t(`mistakes.${finding.message.own}`, { name: '', ...finding.message.values }),
        fixes: finding.fixes.map((fix) => ({
          fix,
          title: t(`fixes.${fix.title}`, { from: '', to: '', ...fix.values }),
        })),
      })),
    [findings, t],
  )
}

/** The number of the line (from 1) at an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++
  return line
}

/** The text with a fix made. */
export function mended(text: string, fix: Fix): string {
  const edits = fix.edits.toSorted((a, b) => b.from - a.from)
  return edits.reduce((all, edit) => all.slice(0, edit.from) + edit.text + all.slice(edit.to), text)
}
