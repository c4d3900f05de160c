/** What all descriptions are written with (kubectl/pkg/describe): indented lines whose tabs line up. */
import { quantity } from '../../engine/api/quantity.ts'
import { civilTime, parseTime } from '../../engine/api/time.ts'
import type { ObjectMeta, Taint, Toleration } from '../../engine/api/types.ts'
import { describeLayout, TabWriter } from '../printing/tabwriter.ts'

export class Description {
  /** Virtual ms: what ages count from. */
  readonly now: number
  private readonly writer: TabWriter | undefined
  private done = ''
  private nesting = 0

  constructor(now: number, layout: 'columns' | 'tabs' = 'columns') {
    this.now = now
    this.writer = layout === 'columns' ? new TabWriter(describeLayout) : undefined
  }

  /** Two spaces a level before the text; no line break of its own. */
  write(level: number, text: string): void {
    const escaped = ('  '.repeat(level + this.nesting) + text).replaceAll('\x1b', '^[').replaceAll('\r', '\\r')
    if (this.writer) this.writer.write(escaped)
    else this.done += escaped
  }

  line(level: number, text: string): void {
    this.write(level, `${text}\n`)
  }

  /** Everything that `body` writes stands so many levels deeper, each piece of a line too. */
  nested(levels: number, body: () => void): void {
    this.nesting += levels
    body()
    this.nesting -= levels
  }

  /** Columns begin anew. */
  flush(): void {
    this.done += this.writer?.flush() ?? ''
  }

  text(): string {
    this.flush()
    return this.done
  }
}

const weekdays = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** time.RFC1123Z, in UTC. */
export function dateOf(timestamp: string | null | undefined): string {
  const ms = timestamp ? parseTime(timestamp) : undefined
  if (ms === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const t = civilTime(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  const weekday = weekdays[(((Math.floor(ms / 86_400_000) % 7) + 7) % 7)]
  return `${weekday}, ${two(t.day)} ${months[t.month - 1]} ${String(t.year).padStart(4, '0')} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000`
}

/** An amount as the client prints it: in its canonical form. */
export function amount(text: string | number | undefined): string {
  return quantity(text).text
}

export const yesNo = (value: boolean | undefined): string => (value ? 'True' : 'False')

export const yesNoUnset = (value: boolean | null | undefined): string => (value === undefined || value === null ? '<unset>' : yesNo(value))

/** fmt's %v of a list of words. */
export const goList = (words: readonly unknown[] | undefined): string => `[${(words ?? []).join(' ')}]`

type Words = Readonly<Record<string, string>> | undefined

/** `Labels:  a=b`, one a line. `indent` stands before the title and before each line but the first. */
export function writeLabels(w: Description, title: string, labels: Words, indent = ''): void {
  const lines = Object.keys(labels ?? {}).toSorted().map((key) => `${key}=${labels![key]}`)
  writeColumn(w, title, lines, indent)
}

/** A title and one value a line beside it, or <none>. */
export function writeColumn(w: Description, title: string, lines: readonly string[], indent = ''): void {
  w.write(0, `${indent}${title}:\t`)
  if (lines.length === 0) w.line(0, '<none>')
  lines.forEach((line, i) => {
    if (i > 0) w.write(0, indent)
    if (i > 0) w.write(0, '\t')
    w.line(0, line)
  })
}

const longestAnnotation = 140
const hiddenAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** Long values and those of several lines stand below their key; what goes on is cut off. */
export function writeAnnotations(w: Description, title: string, annotations: Words): void {
  const keys = Object.keys(annotations ?? {}).filter((key) => key !== hiddenAnnotation).toSorted()
  w.write(0, `${title}:\t`)
  if (keys.length === 0) w.line(0, '<none>')
  keys.forEach((key, i) => {
    if (i > 0) w.write(0, '\t')
    const value = annotations![key]!.replace(/\n$/, '')
    if (byteLength(value) + byteLength(key) + 2 > longestAnnotation || value.includes('\n')) {
      w.line(0, `${key}:`)
      for (const line of value.split('\n')) w.line(0, `\t  ${shorten(line, longestAnnotation - 2)}`)
    } else w.line(0, `${key}: ${value}`)
  })
}

function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
  }
  return bytes
}

/** The first so many bytes; a character is not cut in two. */
export function shorten(text: string, length: number): string {
  if (byteLength(text) <= length) return text
  let kept = ''
  let bytes = 0
  for (const character of text) {
    bytes += byteLength(character)
    if (bytes > length) break
    kept += character
  }
  return `${kept}...`
}

/** Name, namespace, labels and annotations: how most descriptions begin. */
export function writeHead(w: Description, { name, namespace, labels, annotations }: ObjectMeta, options: { namespace?: boolean } = {}): void {
  w.line(0, `Name:\t${name}`)
  if (options.namespace !== false) w.line(0, `Namespace:\t${namespace ?? ''}`)
  writeLabels(w, 'Labels', labels)
  writeAnnotations(w, 'Annotations', annotations)
}

export function writeTaints(w: Description, taints: readonly Taint[]): void {
  const keyOf = (taint: Taint) => `${taint.effect},${taint.key}`
  const sorted = taints.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  writeColumn(w, 'Taints', sorted.map(taintText))
}

/** Taint.ToString */
export function taintText({ key, value, effect }: Taint): string {
  if (!effect) return value ? `${key}=${value}:` : key
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`
}

export function writeTolerations(w: Description, title: string, tolerations: readonly Toleration[] | undefined): void {
  const sorted = (tolerations ?? []).toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : (a.key ?? '') > (b.key ?? '') ? 1 : 0))
  writeColumn(w, title, sorted.map(tolerationText))
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration): string {
  let text = key + (value ? `=${value}` : '') + (effect ? `:${effect}` : '')
  if (operator === 'Exists' && value === '') text += key || effect ? ' op=Exists' : 'op=Exists'
  return tolerationSeconds === undefined || tolerationSeconds === null ? text : `${text} for ${tolerationSeconds}s`
}

/** "ReplicaSet/web-5d": who made it. */
export function controllerOf(metadata: ObjectMeta): string {
  const owner = metadata.ownerReferences?.find((ref) => ref.controller)
  return owner ? `${owner.kind}/${owner.name}` : ''
}

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

/** Type, status and reason: the conditions of workloads. */
export function writeConditions(w: Description, conditions: readonly Condition[] | undefined): void {
  if (!conditions?.length) return
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\n')
  w.line(1, '----\t------\t------')
  for (const c of conditions) w.line(1, `${c.type} \t${c.status}\t${c.reason ?? ''}`)
}

/** With times and messages. */
export function writeTimedConditions(w: Description, conditions: readonly Condition[] | undefined): void {
  if (!conditions?.length) return
  w.line(0, 'Conditions:')
  w.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage')
  w.line(1, '----\t------\t------------------\t------\t-------')
  for (const c of conditions) {
    w.line(1, `${c.type}\t${c.status}\t${dateOf(c.lastTransitionTime)}\t${c.reason ?? ''}\t${c.message ?? ''}`)
  }
}
