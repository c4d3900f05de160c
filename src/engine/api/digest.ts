import { md5 as md5Of, sha1 as sha1Of } from '@noble/hashes/legacy.js'
import { sha256 as sha256Of } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** Digests of a text in UTF-8, as hex digits. Those of the platform answer later, and nothing waits in the engine. */
export const md5 = (text: string): string => bytesToHex(md5Of(utf8ToBytes(text)))
export const sha1 = (text: string): string => bytesToHex(sha1Of(utf8ToBytes(text)))
export const sha256 = (text: string): string => bytesToHex(sha256Of(utf8ToBytes(text)))
