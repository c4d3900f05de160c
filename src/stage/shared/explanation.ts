import { useTranslation } from 'react-i18next'

/** 'Init:0/2' is explained as 'Init:N/M', 'ExitCode:3' as 'ExitCode:N', 'Signal:9' as 'Signal:N'. */
export function entryOf(word: string): string {
  if (/^Init:\d+\/\d+$/.test(word)) return 'Init:N/M'
  return word.replace(/^(Init:)?(ExitCode|Signal):\d+$/, '$2:N')
}

/** What a word of Kubernetes means, in the reader's language; undefined when nobody has written it. */
export function useExplanation(word: string): string | undefined {
  const { i18n } = useTranslation()
  const entry = entryOf(word)
  for (const namespace of ['words', 'glossary']) {
    const texts = i18n.getResourceBundle(i18n.language, namespace) as Record<string, string> | undefined
    if (texts !== undefined && Object.hasOwn(texts, entry)) return texts[entry]
  }
  return undefined
}
