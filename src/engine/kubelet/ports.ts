import type { Container } from '../api/types.ts'

/** A port by number, or by the name of one of the container's ports (pkg/probe/util.go ResolveContainerPort). */
export function resolvePort(port: string | number | undefined, container: Container): number | undefined {
  if (typeof port === 'number') return port
  const named = container.ports?.find(({ name }) => name === port)
  if (named !== undefined) return named.containerPort
  const number = Number(port)
  return Number.isInteger(number) && number > 0 ? number : undefined
}
