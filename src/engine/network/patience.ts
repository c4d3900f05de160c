/** How long is waited for what, in virtual ms. */

/** net.Dialer in the API server's transport for proxied requests. */
export const serverPatienceMs = 30_000

/** Until a load balancer has noticed what its health checks say: three in a row, two seconds apart. */
export const healthNoticeMs = 6000

/** Two attempts of five seconds (resolv.conf: timeout, attempts). */
export const dnsPatienceMs = 10_000

/** TCP sends again what was lost: the first packet of a connection after a second, others sooner; then after twice that, and so on. */
export const connectAgainMs = 1000
export const retransmitMs = 200
export const longestRetryMs = 120_000

/** Three ARP requests, a second apart, stay without an answer. */
export const unreachableAfterMs = 3060
