import type { editor } from '../../../i18n/en/editor.ts'

/** A change of the text: what stands between two offsets is replaced. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** A way to mend a finding, with one click. */
export interface Fix {
  /** What its button says: a key of the editor's messages, and what it is filled with. */
  readonly title: keyof typeof editor.fixes
  readonly values?: { readonly from?: string; readonly to: string }
  readonly edits: readonly Edit[]
}

/** Something that is wrong in a file, and where: offsets into its text. */
export interface Finding {
  readonly from: number
  readonly to: number
  /** In the words of Kubernetes or of the parser; or our own, as a key of the editor's messages. */
  readonly message: string | { readonly own: keyof typeof editor.mistakes; readonly values?: { readonly name: string } }
  readonly severity: 'error' | 'warning'
  readonly fixes: readonly Fix[]
}
