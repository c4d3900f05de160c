import { createCluster } from '../src/engine/index.ts'
import { kubectl } from '../src/kubectl/index.ts'
export function lab(title: string, yaml: string, seconds: string, lines: string[] = [], nodes = 1, after: string[] = []) {
  const c = createCluster({ nodes, seed: 3 })
  console.log(`\n##### ${title}`)
  const r = kubectl(c, 'apply -f x.yaml', { files: { 'x.yaml': yaml } })
  if (r.exitCode !== 0) console.log(r.stdout, r.stderr)
  for (const l of lines) { c.run({ for: '5s' }); const o = kubectl(c, l); console.log(`$ ${l}\n${o.stdout}${o.stderr}`) }
  c.run({ for: seconds })
  for (const p of c.world().list('Pod')) {
    const s = p['status'] as any
    console.log(p.metadata.name, s.phase, s.reason ?? '', s.message ?? '', JSON.stringify((s.initContainerStatuses ?? []).concat(s.containerStatuses ?? []).map((x: any) => [x.name, x.state, x.lastState?.terminated && { ...x.lastState.terminated, containerID: undefined, startedAt: undefined, finishedAt: undefined }, x.ready, x.started, x.restartCount])))
  }
  for (const e of c.world().list('Event')) if (!/Scheduled|Pulled|Pulling|Created$|Started$/.test(e['reason'])) console.log(`  ${e['involvedObject'].kind}/${e['involvedObject'].name} ${e['type']} ${e['reason']} x${e['count'] ?? e['series']?.count}: ${e['message']}`)
  for (const l of after) { const o = kubectl(c, l); console.log(`$ ${l}\n${o.stdout}${o.stderr}`) }
  return c
}
