// Writes the files that are made from the published Kubernetes client (the engine's schema and the
// editor's) when they are missing or older than what they are made from. Plain Node: it also runs as
// npm's `prepare`, and from ensure-deps.mjs on a fresh clone.

import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const client = 'node_modules/@kubernetes/client-node/package.json'

const products = [
  {
    script: 'scripts/generate-schema.mjs',
    made: ['src/engine/api/schema.generated.ts', 'src/engine/api/schemaOfKinds.generated.ts', 'src/kubectl/explain/descriptions.generated.ts'],
    sources: ['package-lock.json', 'scripts/client-models.mjs', 'scripts/documented-types.mjs'],
  },
  {
    script: 'scripts/generate-editor-schema.mjs',
    made: ['src/stage/shared/schema/schema.generated.ts'],
    sources: ['package-lock.json', 'scripts/client-models.mjs'],
  },
]

export function ensureSchema() {
  // An installation without development dependencies has nothing to make them from, and needs them for nothing.
  if (!existsSync(join(root, client))) return
  for (const { script, made, sources } of products) {
    if (!existsSync(join(root, script)) || made.every((product) => isUpToDate(product, [script, ...sources]))) continue
    console.log(`podreel: making ${made.join(' and ')}`)
    const { status } = spawnSync(process.execPath, [join(root, script)], { cwd: root, stdio: 'inherit' })
    if (status !== 0) throw new Error(`${script} failed: see above`)
  }
}

function isUpToDate(product, sources) {
  if (!existsSync(join(root, product))) return false
  const age = (path) => statSync(join(root, path)).mtimeMs
  return sources.every((source) => age(product) >= age(source))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureSchema()
