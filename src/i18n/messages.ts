/**
 * Messages of the page: one file per language and view, `en/<view>.ts` and `zh/<view>.ts`, listed in
 * `en/index.ts` and `zh/index.ts`. English is the model: `zh/<view>.ts` says `satisfies Messages<typeof en>`,
 * so that a key that one language lacks is a type error.
 *
 * i18next's own rules hold inside a text: `{{name}}` is filled in, `key_one` / `key_other` are plural
 * forms (Chinese has `_other` only; it repeats `_one` to keep the shape).
 */
export type Messages<T> = { readonly [K in keyof T]: T[K] extends string ? string : Messages<T[K]> }

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

export function isLanguage(value: unknown): value is Language {
  return (languages as readonly unknown[]).includes(value)
}
