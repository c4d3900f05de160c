import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { scenarios } from '../scripts/vite-plugin-scenarios.ts'

// tsx bench/start.ts run|scaling [-- arguments] : measures the program as the page's build makes it. tsx itself gives every
// function that is made while the program runs its name, which costs an eighth of the time and is nowhere shipped.
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const [name, ...args] = process.argv.slice(2)
if (name !== 'run' && name !== 'scaling') throw new Error(`bench: nothing is called "${name}"`)

const outDir = mkdtempSync(join(tmpdir(), 'podreel-bench-'))
try {
  await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [scenarios()],
    resolve: { alias: { '#scenarios': here('../src/scenarios/builtin.web.ts') } },
    ssr: { noExternal: true },
    build: { ssr: here(`${name}.ts`), outDir, emptyOutDir: true, target: 'es2023', rolldownOptions: { output: { entryFileNames: '[name].mjs' } } },
  })
  const { status } = spawnSync(process.execPath, [join(outDir, `${name}.mjs`), ...args], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  rmSync(outDir, { recursive: true })
}
