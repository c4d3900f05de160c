import { expect, test } from 'vitest'
import '../../../engine/index.ts'
import '../../../kubectl/index.ts'
import { checkManifest } from '../../../worker/check.ts'
import { templateKinds, templateText, templates } from './templates.ts'
import type { TemplateName } from './templates.ts'

test.each(Object.keys(templates) as TemplateName[])('the template %s is a sound manifest', (name) => {
  expect(checkManifest(templateText(name), ['default'])).toEqual([])
  expect(templateText(name)).toContain(`kind: ${templateKinds[name]}\n`)
})
