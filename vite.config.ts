import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // Relative addresses, so that the build works from any folder of any web server.
  base: './',
  plugins: [react()],
  resolve: {
    alias: {
      // monaco-yaml imports this path, which monaco-editor's `exports` no longer shows.
      'monaco-editor/esm/vs/editor/editor.worker.js': here('./node_modules/monaco-editor/esm/vs/editor/editor.worker.js'),
    },
  },
  worker: { format: 'es' },
  build: {
    // scripts/check-size.mjs adds up what the first page loads.
    manifest: true,
    target: 'es2023',
    // The editor is one big part that loads after the first paint; the sizes that matter are checked.
    chunkSizeWarningLimit: 5000,
  },
  preview: { port: 4173, strictPort: false },
})
