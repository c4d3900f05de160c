/** What all `kubectl create KIND NAME` have in common: a name, an object made from flags, and its creation. */
import { findResource, type ResourceInfo } from '../../../engine/api/resources.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, validateFlag, type Command } from '../../command.ts'
import type { FlagSpec } from '../../commandLine/flags.ts'
import { dryRunOf, withDryRun, writeQuery } from '../../dryRun.ts'
import { CommandError, KubectlError, usageError } from '../../errors.ts'
import { lastAppliedKey } from '../../lastApplied.ts'
import { pathOf } from '../../paths.ts'
import { toJson } from '../../printing/goJson.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { inStructOrder } from '../../printing/structOrder.ts'
import { out, send, type Session, type Task } from '../../session.ts'

/** An object whose fields stand in the order of Go's types: `-o json` of a dry run prints them so. */
export type Made = { apiVersion: string; kind: string; metadata: Record<string, unknown> } & Record<string, unknown>

export interface Generator {
  name: string
  aliases?: readonly string[]
  /** What follows "kubectl create ". */
  usage: string
  summary: string
  flags: readonly FlagSpec[]
  resource: [group: string, version: string, plural: string]
  /** Put before what the server says. */
  failure?: string
  make: (session: Session, name: string) => Task<Made>
}

const commonFlags: readonly FlagSpec[] = [
  dryRunFlag,
  fieldManagerFlag('kubectl-create'),
  ...outputFlags,
  { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
  validateFlag,
]

export function generator(definition: Generator): Command {
  const { name, aliases = [], usage, summary, flags } = definition
  return { name, aliases, usage: `create ${usage} [options]`, summary, flags: [...flags, ...commonFlags], run: (session) => run(session, definition) }
}

function* run(session: Session, definition: Generator): Task<void> {
  const name = nameOf(session)
  const dryRun = yield* dryRunOf(session)
  const made = yield* definition.make(session, name)
  const { namespace, explicit } = session.context
  const resource = findResource(...definition.resource)!
  const { name: objectName, ...rest } = made.metadata
  const metadata = { name: objectName, ...(explicit && resource.namespaced ? { namespace } : {}), ...rest }
  const plain = { ...made, metadata } as unknown as KubeObject
  const object = session.flags.bool('save-config') ? remembering(plain) : plain
  const print = printerFor(session, withDryRun('created', dryRun))
  if (dryRun === 'client') return yield* out(print(session.flags.string('output') === 'json' ? inOrder(object) : object))
  const created = yield* post(session, resource, object, writeQuery(session, dryRun), definition.failure)
  yield* out(print(session.flags.string('output') === 'json' ? inStructOrder(created) : created))
}

function remembering(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations: { [lastAppliedKey]: `${toJson(inOrder(object))}\n` } } }
}

function* post(session: Session, resource: ResourceInfo, body: KubeObject, query: Record<string, string>, failure?: string): Task<KubeObject> {
  try {
    const path = pathOf(resource, resource.namespaced ? session.context.namespace : '')
    return (yield* send(session, { verb: 'create', path, query, body })).body as KubeObject
  } catch (error) {
    if (failure === undefined || !(error instanceof KubectlError)) throw error
    throw new CommandError(`${failure}${error.message}`)
  }
}

/** The one argument before `--`. */
export function nameOf({ args, dash, command }: Session): string {
  const count = dash < 0 ? args.length : dash
  if (count !== 1) throw usageError(command, `exactly one NAME is required, got ${count}`)
  return args[0]!
}

/** What stands behind `--`: the container's command. */
export function commandOf({ args, dash }: Session): string[] {
  return dash < 0 ? [] : args.slice(dash)
}

/** kind, apiVersion, then the fields as they were written down. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const { kind, apiVersion, ...rest } = value as Record<string, unknown>
  const isObject = kind !== undefined && apiVersion !== undefined
  const entries = Object.entries(isObject ? { kind, apiVersion, ...rest } : value)
  return new Map(entries.filter(([, field]) => field !== undefined).map(([key, field]) => [key, inOrder(field)]))
}

/** Leaves out what is undefined. */
export function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
