import type { CatalogueEntry } from './entry.ts'

/** HashiCorp's images, which it now has under its own name: their entry point knows the commands of their program. */
export const hashicorp = (program: string, cmd: readonly string[]): Partial<CatalogueEntry> & { program: string } => ({
  program,
  cmd,
  userland: 'alpine',
  entrypoint: ['docker-entrypoint.sh'],
  programs: { '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint', [`/bin/${program}`]: program, '/usr/bin/curl': 'curl' },
})
