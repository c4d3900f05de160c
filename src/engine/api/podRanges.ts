/** Blocks of 256 nodes: 10.244.0.0/16 first, as kubeadm's documentation has it, then what is free behind the Services' 10.96.0.0/12. */
const firstBlock = 244
const blocksAfterFirst = 256 - firstBlock
export const nextBlock = 112

/** The pods' range of the node with this number, from 0. */
export function podCIDRof(index: number): string {
  const block = Math.floor((index + 1) / 256)
  const octet = block < blocksAfterFirst ? firstBlock + block : nextBlock + block - blocksAfterFirst
  if (block >= blocksAfterFirst && octet >= firstBlock) throw new Error(`no range is left for the pods of node ${index + 1}`)
  return `10.${octet}.${(index + 1) % 256}.0/24`
}
