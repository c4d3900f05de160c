/** What the kernel of a node knows of AppArmor (security/apparmor), as apparmor_parser has told it. */

export interface Profile {
  name: string
  complains: boolean
}

/** `profile NAME flags=(...) {`, or a path in its place; undefined: the text is none. */
export function readProfile(text: string): Profile | undefined {
  const bare = text.replaceAll(/^\s*#.*$/gm, '')
  const [, name, flags = ''] = /^\s*(?:profile\s+)?("[^"]+"|[\w./-]+)(?:\s+\/\S*)?\s*(?:flags\s*=\s*\(([^)]*)\)\s*)?\{/m.exec(bare) ?? []
  return name === undefined || !bare.includes('}') ? undefined : { name: name.replaceAll('"', ''), complains: /\bcomplain\b/.test(flags) }
}
