export { ShareLinkError, type ShareLinkFault } from './error.ts'
export { decode, encode, linkLengths } from './link.ts'
export { type SharedState } from './read.ts'
export { formatMoment, parseMoment, type Settings } from './settings.ts'
