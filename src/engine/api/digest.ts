import { md5 as md5Of, sha1 as sha1Of } from '@noble/hashes/legacy.js'
import { sha256 as sha256Of } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { utf8 } from './base64.ts'

/** Digests of a text in UTF-8, as hex digits. Those of the platform answer later, and nothing waits in the engine. */
export const md5 = (text: string): string => bytesToHex(md5Of(bytes(text)))
export const sha1 = (text: string): string => bytesToHex(sha1Of(bytes(text)))
export const sha256 = (text: string): string => bytesToHex(sha256Of(bytes(text)))

const bytes = (text: string): Uint8Array => Uint8Array.from(utf8(text))
