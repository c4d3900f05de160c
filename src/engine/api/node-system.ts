/** What runs on the machines that nobody has described: nodes report it, and containers see it. */
export const kernelRelease = '6.1.0-40-amd64'
export const containerdVersion = '2.1.4'
export const osRelease = { name: 'Debian GNU/Linux', version: '12', codename: 'bookworm' }
