import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type * as English from './en/index.ts'
import { isLanguage, languages } from './messages.ts'
import type { Language, Messages } from './messages.ts'


type Bundle = { [Namespace in keyof typeof English]: Messages<(typeof English)[Namespace]> }

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof English
    returnNull: false
    keySeparator: '.'
    nsSeparator: ':'
  }
}

/** The other language is loaded when somebody asks for it. */
const bundles: Record<Language, () => Promise<Bundle>> = {
  en: () => import('./en/index.ts'),
  zh: () => import('./zh/index.ts'),
}

const storageKey = 'podreel.language'

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

/** To be awaited once, before the page is drawn. `link` is the language that a share link asks for. */
export async function startI18n(link?: string): Promise<Language> {
  const language = preferredLanguage(link, read(), navigator.languages)
  const bundle = await bundles[language]()
  await i18next.use(initReactI18next).init({
    lng: language,
    supportedLngs: [...languages],
    resources: { [language]: { ...bundle } },
    fallbackLng: false,
    defaultNS: 'common',
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = htmlLang(language)
  return language
}

export async function changeLanguage(language: Language): Promise<void> {
  const bundle = await bundles[language]()
  for (const [namespace, messages] of Object.entries(bundle)) i18next.addResourceBundle(language, namespace, messages)
  await i18next.changeLanguage(language)
  document.documentElement.lang = htmlLang(language)
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Storage may be forbidden; the choice then holds for this visit.
  }
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en'
}

function read(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

function htmlLang(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en'
}
