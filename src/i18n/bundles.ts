import type * as English from './en/index.ts'
import { isLanguage } from './messages.ts'
import type { Language, Messages } from './messages.ts'

type Bundle = { [Namespace in keyof typeof English]: Messages<(typeof English)[Namespace]> }

/** The other language is loaded when somebody asks for it. */
const sources: Record<Language, () => Promise<Bundle>> = {
  en: () => import('./en/index.ts'),
  zh: () => import('./zh/index.ts'),
}

/** Where the language is kept that was chosen last time. */
export const languageKey = 'podreel.language'

/** The language of the link, else the one chosen last time, else the browser's, else English. */
export function preferredLanguage(
  link: string | undefined,
  stored: string | null,
  browser: readonly string[],
): Language {
  if (isLanguage(link)) return link
  if (isLanguage(stored)) return stored
  for (const tag of browser) {
    const language = tag.toLowerCase().split('-')[0]
    if (isLanguage(language)) return language
  }
  return 'en'
}

/** The language of this visit; `link`: the one that a share link asks for. */
export function chosenLanguage(link?: string): Language {
  return preferredLanguage(link, stored(), navigator.languages)
}

export function fetchBundle(language: Language): Promise<Bundle> {
  return sources[language]()
}

function stored(): string | null {
  try {
    return localStorage.getItem(languageKey)
  } catch {
    return null
  }
}
