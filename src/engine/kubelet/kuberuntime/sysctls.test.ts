import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { forbiddenSysctl } from './sysctls.ts'

/** Sysctl, what the kubelet allows besides the safe ones, and why it is refused (pkg/kubelet/sysctl/allowlist.go). */
test.each<[string, string[], object, string | undefined]>([
  ['net.core.somaxconn', [], {}, 'not allowlisted'],
  ['net.core.somaxconn', ['net.core.somaxconn'], {}, undefined],
  ['net/core/somaxconn', ['net.core.somaxconn'], {}, undefined],
  ['kernel.msgmax', ['kernel.msg*'], {}, undefined],
  ['kernel.sem', ['kernel.msg*'], {}, 'not allowlisted'],
  ['net.core.somaxconn', ['net.core.*'], { hostNetwork: true }, 'not allowed with host net enabled'],
  ['kernel.msgmax', ['kernel.msg*'], { hostIPC: true }, 'not allowed with host ipc enabled'],
])('%s where %j is allowed, of a pod with %j', (name, allowed, spec, why) => {
  const pod = { spec: { ...spec, securityContext: { sysctls: [{ name, value: '1' }] } } } as unknown as Pod
  expect(forbiddenSysctl(pod, allowed)).toEqual(why === undefined ? undefined : { reason: 'SysctlForbidden', message: `forbidden sysctl: "${name}" ${why}` })
})
