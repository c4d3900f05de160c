import { versionOf } from '../images/versions.ts'
import type { Process } from '../process/process.ts'

export const nginxVersionText = (p: Process): string => p.env.get('NGINX_VERSION') ?? versionOf('nginx', p.machine.config.image)

/** The number behind the 1 and the dot, by which nginx counts what is new. */
export function nginxVersion(p: Process): number {
  return Number(/^1\.(\d+)/.exec(nginxVersionText(p))?.[1] ?? 29)
}
