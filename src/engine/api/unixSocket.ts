const beyondTcp = 65_536

/** A socket of the file system is found by its path as one of TCP by its port: here it has a number that is made of the path, beyond those of TCP. */
export function socketPort(path: string): number {
  let hash = 0x811c9dc5
  for (const char of path) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0
  return beyondTcp + hash
}
