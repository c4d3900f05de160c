import { fnv1a } from './fnv1a.ts'

const beyondTcp = 65_536

/** A socket of the file system is found by its path as one of TCP by its port: here it has a number that is made of the path, beyond those of TCP. */
export function socketPort(path: string): number {
  return beyondTcp + fnv1a(path)
}
