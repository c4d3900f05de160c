import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldText } from '../schema/fields.ts'
import type { Explanations, KubernetesTypes } from '../schema/jsonSchema.ts'

interface Texts {
  language: string
  types: KubernetesTypes
  explanations: Explanations
}

/** What the fields of an object mean, as soon as the texts are there: they are many and come when they are asked for. */
export function useFieldTexts(object: { apiVersion: string; kind: string }): (path: string) => string | undefined {
  const { language } = useTranslation().i18n
  const [texts, setTexts] = useState<Texts | undefined>(undefined)
  useEffect(() => {
    let current = true
    void load(language).then((loaded) => current && setTexts(loaded))
    return () => {
      current = false
    }
  }, [language])
  return (path) =>
    texts?.language === language ? fieldText(texts.types, texts.explanations, object, path) : undefined
}

async function load(language: string): Promise<Texts> {
  const [{ kubernetesTypes }, { fieldsInChinese }] = await Promise.all([
    import('../schema/schema.generated.ts'),
    language === 'zh' ? import('../../../i18n/zh/fields.ts') : { fieldsInChinese: new Map<string, string>() },
  ])
  return { language, types: kubernetesTypes as KubernetesTypes, explanations: fieldsInChinese }
}
