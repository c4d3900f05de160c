import type { FileSystem } from '../filesystem.ts'

/** The door of a machine for whoever comes over the network: an sshd, as ssh asks it. */

/** Where it stands in the file system of a machine from which others can be reached. */
export const remoteSocket = '/run/sshd.pid'

export interface Login {
  /** root when left out. */
  user?: string
  /** A line for the shell there; undefined: somebody types. */
  command: string | undefined
  tty: boolean
  /** What is read there; undefined: more comes by `type`. */
  stdin?: string
}

export interface LoginEvents {
  output: (to: 'stdout' | 'stderr', text: string) => void
  /** 'lost': the machine is gone, or goes. */
  ended: (how: number | 'lost') => void
}

export interface LoginSession {
  /** Keys, or text; undefined closes the input. */
  type(text: string | undefined): void
  end(): void
}

/** Other machines, as whoever stands on this one reaches them. 'unknown': no such name; 'silent': nothing comes back; 'denied': no such user there. */
export interface RemotePeer {
  connect(host: string, login: Login, events: LoginEvents): LoginSession | 'unknown' | 'silent' | 'denied'
  /** What lies there, for scp. */
  files(host: string): FileSystem | 'unknown' | 'silent'
}
