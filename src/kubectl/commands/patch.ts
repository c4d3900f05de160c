import { toJson } from '../printing/goJson.ts'
import { goQuote } from '../../engine/api/field.ts'
import { deepEqual, PatchFailure, type Json } from '../../engine/api/patch/jsonMap.ts'
import { jsonPatch } from '../../engine/api/patch/jsonPatch.ts'
import { jsonSyntaxError } from '../../engine/api/patch/jsonSyntax.ts'
import { mergePatch } from '../../engine/api/patch/mergePatch.ts'
import { strategicMergePatch } from '../../engine/api/patch/strategic.ts'
import type { Request } from '../../engine/api/request.ts'
import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, type Command } from '../command.ts'
import { dryRunOf, writeQuery } from '../dryRun.ts'
import { CommandError, ServerError } from '../errors.ts'
import { normalize } from '../manifest/files.ts'
import { YamlError } from '../manifest/yamlToken.ts'
import { yamlToValue } from '../manifest/yamlValue.ts'
import { isBuiltIn } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { recordFlag, recordPatch } from '../recording.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { findTargets } from '../targets.ts'
import { visitTargets } from '../visiting.ts'

const types: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

const subresources = ['status', 'scale', 'resize']

export const patch: Command = {
  name: 'patch',
  usage: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]',
  summary: 'Update fields of a resource',
  examples: `# Two replicas
kubectl patch deployment web -p '{"spec":{"replicas":2}}'

# By JSON patch
kubectl patch pod web --type=json -p='[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:1.28"}]'`,
  flags: [
    dryRunFlag,
    fieldManagerFlag('kubectl-patch'),
    ...filenameFlags,
    { name: 'local', type: 'bool', usage: 'Only patch the object of the file and print it.' },
    ...outputFlags,
    { name: 'patch', short: 'p', type: 'string', usage: 'The patch, as JSON or YAML.' },
    { name: 'patch-file', type: 'string', usage: 'A file with the patch.' },
    recordFlag,
    { name: 'subresource', type: 'string', values: subresources, usage: 'Patch this part of the object.' },
    { name: 'type', type: 'string', default: 'strategic', values: ['json', 'merge', 'strategic'], usage: 'How the patch is meant.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const dryRun = yield* dryRunOf(session)
  check(session, dryRun)
  const contentType = types[flags.string('type').toLowerCase()]!
  const body = readPatch(session)
  const subresource = flags.string('subresource')
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive') })
  const count = yield* visitTargets(session, found, function* ({ resource, namespace, name, object }) {
    let patched: KubeObject
    if (flags.bool('local') || dryRun === 'client') {
      patched = patchedHere(object, body, contentType, resource)
    } else {
      const path = pathOf(resource, namespace, name, subresource)
      patched = yield* patchThere(session, resource, { verb: 'patch', path, query: writeQuery(session, dryRun), body, contentType })
    }
    const operation = deepEqual(object, patched) ? 'patched (no change)' : 'patched'
    const record = recordPatch(session, patched)
    if (record !== undefined && !flags.bool('local') && dryRun !== 'client') patched = yield* mergeInto(session, pathOf(resource, namespace, name), record)
    yield* out(printerFor(session, operation)(patched))
  })
  if (count === 0) throw new CommandError('no objects passed to patch')
}

/** Custom resources know no strategic patches. */
function* patchThere(session: Session, resource: ResourceInfo, request: Request): Task<KubeObject> {
  try {
    return (yield* send(session, request)).body as KubeObject
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== 'UnsupportedMediaType') throw error
    throw new CommandError(`${request.contentType} is not supported by ${apiVersionOf(resource)}, Kind=${resource.kind}: ${error.message}`)
  }
}

function* mergeInto(session: Session, path: string, body: object): Task<KubeObject> {
  return (yield* send(session, { verb: 'patch', path, body, contentType: types['merge']! })).body as KubeObject
}

function check({ flags, args }: Session, dryRun: string): void {
  const [inline, file] = [flags.string('patch'), flags.string('patch-file')]
  if (inline !== '' && file !== '') throw new CommandError('cannot specify --patch and --patch-file together')
  if (inline === '' && file === '') throw new CommandError('must specify --patch or --patch-file containing the contents of the patch')
  if (flags.bool('local') && args.length > 0) throw new CommandError('cannot specify --local and server resources')
  if (flags.bool('local') && dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  const type = flags.string('type')
  if (!Object.hasOwn(types, type.toLowerCase())) throw new CommandError(`--type must be one of [json merge strategic], not ${goQuote(type)}`)
}

function readPatch({ flags, input }: Session): unknown {
  const file = flags.string('patch-file')
  const text = file === '' ? flags.string('patch') : input.files[normalize(file)]
  if (text === undefined) throw new CommandError(`unable to read patch file: open ${file}: no such file or directory`)
  if (/^\s*\{/.test(text)) return jsonOrText(text)
  try {
    const value = yamlToValue(text)
    return typeof value === 'string' ? JSON.stringify(value) : value
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new CommandError(`unable to parse ${goQuote(flags.string('patch'))}: ${error.message}`)
  }
}

/** What looks like JSON goes to the server as it is, which tells what is wrong with it. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function patchedHere(object: KubeObject, patch_: unknown, contentType: string, resource: ResourceInfo): KubeObject {
  const patched: KubeObject | null = patchedAnyhow(object, patch_, contentType, resource)
  if (patched !== null && (Array.isArray(patched) || typeof patched !== 'object')) {
    throw new CommandError(`json: cannot unmarshal ${Array.isArray(patched) ? 'array' : typeof patched} into Go value of type unstructured.detector`)
  }
  if (!patched?.kind) throw new CommandError(`Object 'Kind' is missing in '${toJson(patched)}'`)
  return patched
}

function patchedAnyhow(object: KubeObject, patch_: unknown, contentType: string, resource: ResourceInfo): KubeObject {
  try {
    if (contentType === types['json']) return jsonPatch(object, typeof patch_ === 'string' ? decoded(patch_) : patch_) as KubeObject
    if (contentType === types['merge']) {
      if (typeof patch_ !== 'object' || patch_ === null) throw new PatchFailure('Invalid JSON Patch')
      return mergePatch(object, patch_) as KubeObject
    }
    if (!isBuiltIn(resource)) throw new PatchFailure(`strategic merge patch is not supported for ${apiVersionOf(resource)}, Kind=${resource.kind} locally, try --type merge`)
    if (typeof patch_ !== 'object' || Array.isArray(patch_)) throw new PatchFailure('invalid JSON document')
    return strategicMergePatch(object as unknown as Json, (patch_ ?? {}) as Json, apiVersionOf(resource), resource.kind) as unknown as KubeObject
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error
    const [, key] = error.message.split('doc is missing key: ')
    throw new CommandError(key === undefined ? error.message : `Object to be patched is missing field (${key})`)
  }
}

/** @throws PatchFailure with encoding/json's words */
function decoded(text: string): unknown {
  const wrong = jsonSyntaxError(text)
  if (wrong !== undefined) throw new PatchFailure(wrong)
  return JSON.parse(text)
}
