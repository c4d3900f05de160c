/** What comes of a connection to an address: the kernel's words when nobody answers, else what is spoken there. */
export type DialResult =
  | 'connection refused' | 'no route to host' | 'timeout' | 'plain' | 'TLS'
  /** By a certificate that only who knows its authority trusts; of others nobody knows. */
  | 'private TLS'
