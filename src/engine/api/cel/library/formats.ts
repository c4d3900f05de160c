import { Optional, type Environment } from '@marcbachmann/cel-js'
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../names.ts'
import { hasFormat } from '../../custom/formats.ts'
import { register, registerType } from './register.ts'

type Check = (text: string) => readonly string[]

class NamedFormat {
  readonly name: string
  readonly check: Check

  constructor(name: string, check: Check) {
    this.name = name
    this.check = check
  }

  toString(): string {
    return this.name
  }
}

const suits =
  (test: (text: string) => boolean, complaint: string): Check =>
  (text) =>
    test(text) ? [] : [complaint]

const withDash =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text)

const formats: Readonly<Record<string, Check>> = {
  dns1123Label: isDNS1123Label,
  dns1123Subdomain: isDNS1123Subdomain,
  dns1035Label: isDNS1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: withDash(isDNS1123Label),
  dns1123SubdomainPrefix: withDash(isDNS1123Subdomain),
  dns1035LabelPrefix: withDash(isDNS1035Label),
  labelValue: isLabelValue,
  uri: suits((text) => hasFormat(text, 'uri'), 'invalid URI'),
  uuid: suits((text) => hasFormat(text, 'uuid'), 'does not match the UUID format'),
  byte: suits((text) => hasFormat(text, 'byte'), 'invalid base64'),
  date: suits((text) => hasFormat(text, 'date'), 'invalid date'),
  datetime: suits((text) => hasFormat(text, 'date-time'), 'invalid datetime'),
}

class Formats {}

/** apiserver/pkg/cel/library/format.go: `format.dns1123Label().validate(x)` is none, or what is wrong. */
export function registerFormats(environment: Environment): void {
  const type = 'kubernetes.NamedFormat'
  registerType(environment, type, NamedFormat, (a: NamedFormat, b: NamedFormat) => a.name === b.name)
  environment.registerType('FormatNamespace', { ctor: Formats as never, fields: {} })
  environment.registerConstant('format', 'FormatNamespace', new Formats() as never)
  register(environment, {
    [`${type}.validate(string): optional<list<string>>`]: ({ check }: NamedFormat, text: string) => {
      const complaints = check(text)
      return complaints.length === 0 ? Optional.none() : Optional.of([...complaints])
    },
    [`FormatNamespace.named(string): optional<${type}>`]: (_: unknown, name: string) =>
      Object.hasOwn(formats, name) ? Optional.of(new NamedFormat(name, formats[name]!)) : Optional.none(),
  })
  for (const [name, check] of Object.entries(formats)) register(environment, { [`FormatNamespace.${name}(): ${type}`]: () => new NamedFormat(name, check) })
}
