export type ShareLinkFault =
  /** No link of Podreel's at all. */
  | 'no-link'
  /** Made by a later version, with a codec that this one does not know. */
  | 'newer'
  /** Cut off or changed on its way. */
  | 'corrupt'
  | 'too-large'
  /** It can be read, but what it holds is no sound scenario. */
  | 'invalid'
  /** The built-in scenario that it names is not there. */
  | 'unknown-scenario'

/** The only thing that decode throws. The page says it in the reader's language, by `fault`. */
export class ShareLinkError extends Error {
  readonly fault: ShareLinkFault
  /** More about it, in English: what exactly is wrong with the scenario. */
  readonly detail: string

  constructor(fault: ShareLinkFault, detail = '') {
    super(detail === '' ? `share link: ${fault}` : `share link: ${fault}: ${detail}`)
    this.name = 'ShareLinkError'
    this.fault = fault
    this.detail = detail
  }
}
