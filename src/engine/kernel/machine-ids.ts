import { Random } from './random.ts'

/** What systemd, the firmware and the kernel call a machine: the same in each film. */
export function machineIds(name: string): { machineID: string; systemUUID: string; bootID: string } {
  const random = new Random(0, `machine ${name}`)
  return { machineID: random.text(32, '0123456789abcdef'), systemUUID: random.uuid(), bootID: random.uuid() }
}
