import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type * as English from './en/index.ts'
import { chosenLanguage, fetchBundle, languageKey } from './bundles.ts'
import { isLanguage, languages } from './messages.ts'
import type { Language } from './messages.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof English
    returnNull: false
    keySeparator: '.'
    nsSeparator: ':'
  }
}

/** To be awaited once, before the page is drawn. `link` is the language that a share link asks for. */
export async function startI18n(link?: string): Promise<Language> {
  const language = chosenLanguage(link)
  const bundle = await fetchBundle(language)
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
  const bundle = await fetchBundle(language)
  for (const [namespace, messages] of Object.entries(bundle)) i18next.addResourceBundle(language, namespace, messages)
  await i18next.changeLanguage(language)
  document.documentElement.lang = htmlLang(language)
  try {
    localStorage.setItem(languageKey, language)
  } catch {
    // Storage may be forbidden; the choice then holds for this visit.
  }
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en'
}

function htmlLang(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en'
}
