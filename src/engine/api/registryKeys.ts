/** What the API server has written into the etcd of the cluster itself, as that one's process hears of it at this port of its machine. */
export const registryPort = 2378

export interface RegistryKeys {
  revision: number
  /** Of a snapshot: the revision of the world, by which its state is known. */
  taken?: number
  keys: readonly (readonly [key: string, value: string])[]
}
