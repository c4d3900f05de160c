/** The browser's storage, which may be forbidden or full: then a choice holds for this visit. */

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Forbidden or full: see above.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Lets go of all that is kept under names of a beginning, but for one. */
export function forgetOthers(beginning: string, kept: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(beginning) && key !== kept) localStorage.removeItem(key)
  } catch {
    // Forbidden: then there is none.
  }
}
