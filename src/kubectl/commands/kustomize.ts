import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { refuseUnsupported } from '../posting.ts'
import { err, kustomize as kustomization, out, write } from '../session.ts'

export const kustomize: Command = {
  name: 'kustomize',
  usage: 'kustomize DIR',
  summary: 'Build a kustomization target from a directory or URL',
  examples: `# What the kustomization in this directory makes
kubectl kustomize

# ... and that of another
kubectl kustomize overlays/production`,
  flags: [
    { name: 'output', short: 'o', type: 'string', usage: 'If specified, write output to this path.' },
    { name: 'enable-helm', type: 'bool', usage: 'Not supported.' },
    { name: 'load-restrictor', type: 'string', default: 'LoadRestrictionsRootOnly', usage: 'Whether files may lie outside of the directory.' },
  ],
  *run(session) {
    refuseUnsupported(session, 'enable-helm')
    if (session.args.length > 1) throw new CommandError('specify one path to kustomization.yaml')
    const { text, warnings } = kustomization.get().build(session.input.files, session.args[0] ?? '.')
    yield* err(warnings)
    const path = session.flags.string('output')
    if (path === '') yield* out(text)
    else yield* write(path, text)
  },
}
