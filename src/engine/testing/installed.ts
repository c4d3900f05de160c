import { createCluster, type Cluster } from '../index.ts'

/** A cluster in which somebody has applied a manifest half a minute ago, and a line of kubectl with all that it prints. Who asks for it brings kubectl. */
export function installed(manifest: string): { c: Cluster; k: (line: string, stdin?: string) => string } {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(c.exec({ program: 'kubectl', line, stdin }))
  k('apply -f -', manifest)
  c.run({ for: '30s' })
  return { c, k }
}
