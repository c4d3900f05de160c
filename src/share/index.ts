export { ShareLinkError, type ShareLinkFault } from './error.ts'
export { decode, encode, isShareLink, linkLengths, type SharedState } from './link.ts'
export { formatMoment, parseMoment, type Settings } from './settings.ts'
