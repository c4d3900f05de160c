import type { FileSystem } from '../filesystem.ts'

/** What systemd has read of a service: systemd.service(5), as far as the services of a node use it. */
export interface UnitFile {
  path: string
  dropIns: readonly string[]
  description: string
  documentation: readonly string[]
  exec: string
  environment: readonly string[]
  environmentFiles: readonly string[]
  /** 'always', 'on-failure', 'no' */
  restart: string
  restartMs: number
  wantedBy: string | undefined
  /** All that was read, by which is known that it has changed. */
  text: string
}

/** Where units lie, the first that is found counts. */
const places = ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system', '/usr/lib/systemd/system']
export const ownUnits = places[0]!

export function readUnit(files: FileSystem, name: string): UnitFile | 'masked' | undefined {
  const file = `${name}.service`
  const path = places.map((place) => `${place}/${file}`).find((one) => files.stat(one, { link: true }) !== undefined)
  if (path === undefined) return undefined
  if (linkTarget(files, path) === '/dev/null') return 'masked'
  const dropIns = dropInsOf(files, file)
  const texts = [path, ...dropIns].map((one) => files.readText(one) ?? '')
  const found = new Map<string, string[]>()
  for (const [key, value] of texts.flatMap(entries)) {
    // An empty one takes back what was said before.
    if (value === '') found.set(key, [])
    else found.set(key, [...(found.get(key) ?? []), value])
  }
  const last = (key: string): string | undefined => found.get(key)?.at(-1)
  return {
    path,
    dropIns,
    description: last('Unit.Description') ?? file,
    documentation: (last('Unit.Documentation') ?? '').split(/\s+/).filter(Boolean),
    exec: last('Service.ExecStart') ?? '',
    environment: found.get('Service.Environment') ?? [],
    environmentFiles: found.get('Service.EnvironmentFile') ?? [],
    restart: last('Service.Restart') ?? 'no',
    restartMs: timeOf(last('Service.RestartSec') ?? '0.1'),
    wantedBy: last('Install.WantedBy'),
    text: texts.join('\0'),
  }
}

/** Names of all services that have a file. */
export function unitNames(files: FileSystem): string[] {
  const names = places.flatMap((place) => files.list(place) ?? []).flatMap((file) => /^(.*[^@])\.service$/.exec(file)?.[1] ?? [])
  return [...new Set(names)].toSorted()
}

function dropInsOf(files: FileSystem, file: string): string[] {
  const byName = new Map<string, string>()
  for (const place of places.toReversed()) for (const name of files.list(`${place}/${file}.d`) ?? []) if (name.endsWith('.conf')) byName.set(name, `${place}/${file}.d/${name}`)
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
}

/** Lines of `Key=value` with the section before the key. */
function entries(text: string): [key: string, value: string][] {
  let section = ''
  return text.replaceAll(/\\\n/g, ' ').split('\n').flatMap((line): [string, string][] => {
    const [, head] = /^\[(.+)\]\s*$/.exec(line) ?? []
    if (head !== undefined) section = head
    const [, key, value] = /^\s*([A-Za-z]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    return key === undefined ? [] : [[`${section}.${key}`, value!]]
  })
}

function timeOf(text: string): number {
  const [, number = '0', unit = 's'] = /^([\d.]+)\s*(ms|s|min|m|h)?/.exec(text) ?? []
  return Number(number) * ({ ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unit] ?? 1000)
}

export function linkTarget(files: FileSystem, path: string): string | undefined {
  const found = files.stat(path, { link: true })
  return found?.type === 'symlink' ? found.target : undefined
}

/** The command with its variables; an EnvironmentFile that is not there is an error unless a dash stands before it. */
export function commandOf(unit: UnitFile, files: FileSystem): { argv: string[] } | { missing: string } {
  const variables = new Map<string, string>()
  const assign = (text: string): void => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? []
    if (name !== undefined) variables.set(name, value!)
  }
  for (const line of unit.environment) for (const word of splitWords(line)) assign(word)
  for (const given of unit.environmentFiles) {
    const path = given.replace(/^-/, '')
    const text = files.readText(path)
    if (text === undefined && !given.startsWith('-')) return { missing: path }
    for (const line of (text ?? '').split('\n')) if (!/^\s*[#;]/.test(line)) assign(unquoted(line.trim()))
  }
  const argv = splitWords(unit.exec.replace(/^[-@:+!]+/, '')).flatMap((word) => {
    const [, whole] = /^\$(\w+)$/.exec(word) ?? []
    if (whole !== undefined) return splitWords(variables.get(whole) ?? '')
    return [word.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => variables.get(name) ?? '')]
  })
  return { argv }
}

/** NAME="a b" as an environment file has it. */
const unquoted = (line: string): string => line.replace(/^([A-Za-z_]\w*)=(["'])(.*)\2\s*$/s, '$1=$3')

function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'|\\(.)/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? ''))
}
