/** Linux' numbers on amd64. */
const numbers = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const

/** Without SIG. */
export type Signal = keyof typeof numbers

export const signals = Object.keys(numbers) as Signal[]

export function signalNumber(signal: Signal): number {
  return numbers[signal]
}

/** From 'TERM', 'SIGTERM', 'sigterm', '15'; RTMIN and its neighbours are not modelled. */
export function parseSignal(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return signals.find((s) => numbers[s] === Number(text))
  const name = text.toUpperCase().replace(/^SIG/, '')
  return Object.hasOwn(numbers, name) ? (name as Signal) : undefined
}

/** What happens to a process that has said nothing of this signal. */
export function defaultAction(signal: Signal): 'terminate' | 'ignore' | 'stop' | 'continue' {
  switch (signal) {
    case 'CHLD':
    case 'URG':
    case 'WINCH':
      return 'ignore'
    case 'STOP':
    case 'TSTP':
    case 'TTIN':
    case 'TTOU':
      return 'stop'
    case 'CONT':
      return 'continue'
    default:
      return 'terminate'
  }
}

const descriptions: Partial<Record<Signal, string>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
}

/** What a shell prints of a child that a signal has ended; '' for INT and PIPE, of which it says nothing. */
export function describeSignal(signal: Signal): string {
  return descriptions[signal] ?? ''
}
