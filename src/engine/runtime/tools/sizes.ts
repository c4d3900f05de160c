import type { Process } from '../process/process.ts'
import { usesBusybox } from './words.ts'

const letters = ['', 'K', 'M', 'G', 'T']

/** An amount of bytes as `-h` prints it: busybox always with tenths, others without from ten on, and never less than it is. */
export function humanSize(p: Process, bytes: number): string {
  const { amount, letter } = scaled(bytes)
  if (letter === '') return String(bytes)
  if (usesBusybox(p)) return `${amount.toFixed(1)}${letter}`
  return `${amount > 9.9 ? Math.ceil(amount) : (Math.ceil(amount * 10) / 10).toFixed(1)}${letter}`
}

/** As dd of the coreutils tells it, to the nearest: '20 MiB'. */
export function binarySize(bytes: number): string {
  const { amount, letter } = scaled(bytes)
  return `${amount < 9.95 && letter !== '' ? amount.toFixed(1) : Math.round(amount)} ${letter === '' ? '' : `${letter}i`}B`
}

function scaled(bytes: number): { amount: number; letter: string } {
  let amount = bytes
  let step = 0
  for (; amount >= 1024 && step < letters.length - 1; step++) amount /= 1024
  return { amount, letter: letters[step]! }
}
