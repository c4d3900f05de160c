import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Rolldown } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { ahead } from './scripts/vite-plugin-ahead.ts'
import { scenarios } from './scripts/vite-plugin-scenarios.ts'
import { fileOf, topics } from './src/scenarios/contents.ts'
import { levelGroups } from './src/scenarios/levels.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Packages and folders that the frame of the page is made of (src/stage/app/Frame.tsx); comparing YAML and the schema are for what is opened later. */
const firstPaint =
  /node_modules\/(react|react-dom|scheduler|i18next|react-i18next|zustand|comlink|radix-ui|@radix-ui|@floating-ui|lucide-react|react-remove-scroll[\w-]*|react-style-singleton|use-[\w-]+|aria-hidden|tslib)\/|src\/(playback|worker|i18n\/language|stage\/(page|shared(?!\/(objects\/yamlDiff|schema))|caption|transport|timeline|inspector\/parts|app\/(actions|dialogs|link|room)\.|terminal\/(jobs|kubectlLine|machineTools|redirects)\.))/

/** What a program begins with, by itself: nothing that others share with it makes it wait for them. */
const entry = { name: 'entry', tags: ['$initial' as const], priority: 1 }

/**
 * What follows the engine's core (bringAll in src/worker/parts.ts). Its parts share much: in one piece they are there after one turn,
 * in forty small ones after four. What only the rare ones need makes a second piece, which no first picture waits for.
 */
const parts = /src\/(engine\/(?!dump\/|kubeadm|cel\.|api\/cel\/)|kubectl\/(?!explain\/(words|descriptions))|worker\/)/
const soonest = ['src/engine/components.ts', 'src/worker/scheduling.ts', 'src/engine/kinds.ts', 'src/engine/runtime/programs/all.ts', 'src/kubectl/commands/common.ts']

/** All that is there when these files are; empty where they are in no part at all, as in the editor's workers. */
function closureOf(files: readonly string[], context: Pick<Rolldown.ChunkingContext, 'getModuleInfo'>): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = files.map(here).filter((id) => context.getModuleInfo(id) !== null)
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    open.push(...(context.getModuleInfo(id)?.importedIds ?? []))
  }
  return reached
}

/** A shelf of the catalogue is a piece: a link fetches the one that its scenario stands on, and the gallery a score, not a hundred. */
function shelfOf(id: string): string {
  const has = (name: string): boolean => id.endsWith(`/${fileOf(name)}`)
  const shelf = topics.find(({ scenarios }) => scenarios.some(has)) ?? levelGroups.find(({ levels }) => levels.some(has))
  if (shelf === undefined) throw new Error(`neither contents.ts nor levels.ts in src/scenarios lists ${id}`)
  return `scenes-${shelf.id}`
}

let soon: ReadonlySet<string> = new Set()

function pieceOf(id: string, context: Pick<Rolldown.ChunkingContext, 'getModuleInfo'>): string {
  if (soon.size === 0) soon = closureOf(soonest, context)
  return soon.size === 0 || soon.has(id) ? 'parts' : 'rare'
}

/**
 * Installable, and whole without a network after the first visit: everything of one version is kept. The page itself is asked of the
 * network first, so that a new version is seen at once where there is a network; the kept files of the old one stay until its last window is closed.
 */
function offline() {
  return VitePWA({
    registerType: 'prompt',
    // src/stage/app/offline.ts does it, when the page is at rest.
    injectRegister: false,
    includeAssets: ['favicon.svg'],
    manifest: {
      id: './',
      name: 'Podreel',
      short_name: 'Podreel',
      description: 'A Kubernetes cluster you can scrub like a film',
      start_url: './',
      scope: './',
      display: 'standalone',
      background_color: '#0c1016',
      theme_color: '#0c1016',
      icons: [
        { src: 'favicon.svg', sizes: 'any', type: 'image/svg+xml' },
        { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
      ],
    },
    workbox: {
      globPatterns: ['**/*.{js,css,html,svg,png,woff2,ttf}'],
      // The editor is 2.7 MB; a talk without a network wants it too.
      maximumFileSizeToCacheInBytes: 6_000_000,
      // Their names hold their hashes.
      dontCacheBustURLsMatching: /^assets\//,
      directoryIndex: null,
      navigateFallback: null,
      runtimeCaching: [
        {
          urlPattern: ({ request }) => request.mode === 'navigate',
          handler: 'NetworkOnly',
          options: { precacheFallback: { fallbackURL: 'index.html' } },
        },
      ],
    },
  })
}

export default defineConfig({
  // Relative addresses, so that the build works from any folder of any web server.
  base: './',
  plugins: [react(), scenarios(), ahead('/src/stage/page.tsx'), offline()],
  resolve: {
    alias: {
      // monaco-yaml imports this path, which monaco-editor's `exports` no longer shows.
      'monaco-editor/esm/vs/editor/editor.worker.js': here(
        './node_modules/monaco-editor/esm/vs/editor/editor.worker.js',
      ),
    },
  },
  worker: {
    format: 'es',
    plugins: () => [scenarios()],
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [entry, { name: pieceOf, debugName: 'parts', test: parts }] },
      },
    },
  },
  build: {
    outDir: process.env.PODREEL_DIST ?? 'dist',
    target: 'es2023',
    // The editor is one big part that loads after the first paint; scripts/check-size.mjs checks what counts.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      output: {
        // What the first paint needs comes in one part beside the entry: forty small ones would each ask for a turn.
        codeSplitting: {
          groups: [
            entry,
            { name: 'page', test: firstPaint },
            // For the inspector, too, which must not bring the whole editor.
            { name: 'schema', test: /schema\/schema\.generated/ },
            { name: shelfOf, debugName: 'scenes', test: /src\/scenarios\/(catalogue|levels)\// },
          ],
        },
      },
    },
  },
  // Dependencies of the workers are found with those of the page, or the first load in `npm run dev` reloads.
  optimizeDeps: { entries: ['index.html', 'src/**/*.worker.ts'] },
  preview: { port: 4173, strictPort: false },
})
