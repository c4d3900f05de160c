// Writes src/engine/api/schema.generated.ts when it is missing or older than what it is made from.
// Plain Node: it also runs as npm's `prepare`, and from ensure-deps.mjs on a fresh clone.

import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const generator = join(root, 'scripts/generate-schema.mjs')
const product = join(root, 'src/engine/api/schema.generated.ts')
const source = join(root, 'node_modules/@kubernetes/client-node/package.json')

export function ensureSchema() {
  if (!existsSync(generator)) return
  // An installation without development dependencies has nothing to make it from, and needs it for nothing.
  if (!existsSync(source)) return
  const age = (path) => statSync(path).mtimeMs
  const lock = join(root, 'package-lock.json')
  if (existsSync(product) && age(product) >= age(generator) && age(product) >= age(lock)) return
  console.log('podreel: making the Kubernetes schema')
  const { status } = spawnSync(process.execPath, [generator], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('scripts/generate-schema.mjs failed: see above')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureSchema()
