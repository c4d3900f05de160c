import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Text } from '../../../engine/scenario.ts'

/** Picks from a text in both languages the reader's; what somebody has written in one is read in it. */
export function useText(): (text: Text) => string {
  const { i18n } = useTranslation()
  const language = i18n.language === 'zh' ? 'zh' : 'en'
  return useCallback((text) => text[language] || text[language === 'zh' ? 'en' : 'zh'], [language])
}
