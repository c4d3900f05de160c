import { readColour } from '../../shared/ui/colour.ts'
import type { monaco as Monaco } from './monaco.ts'

function channels(name: string): number[] {
  return (readColour(name).match(/[\d.]+/g) ?? []).map(Number)
}

/** Monaco wants hexadecimal digits. */
function hex(name: string, alpha = 1): string {
  const [r = 0, g = 0, b = 0] = channels(name)
  const digits = (n: number): string => Math.round(n).toString(16).padStart(2, '0')
  return `#${digits(r)}${digits(g)}${digits(b)}${alpha < 1 ? digits(alpha * 255) : ''}`
}

/** Monaco's names for what the tokens colour: a token, and how much of it. */
const colours: Readonly<Record<string, readonly [token: string, alpha?: number] | string>> = {
  'editor.background': ['panel'],
  'editor.foreground': ['ink'],
  'editorGutter.background': ['panel'],
  'editorLineNumber.foreground': ['faint'],
  'editorLineNumber.activeForeground': ['ink'],
  'editorCursor.foreground': ['accent'],
  'editor.selectionBackground': ['accent', 0.3],
  'editor.inactiveSelectionBackground': ['accent', 0.16],
  'editor.lineHighlightBackground': ['over', 0.45],
  'editor.lineHighlightBorder': '#00000000',
  'editorBracketMatch.background': ['accent', 0.18],
  'editorBracketMatch.border': '#00000000',
  'editorIndentGuide.background1': ['line', 0.8],
  'editorIndentGuide.activeBackground1': ['edge'],
  'editorError.foreground': ['failed'],
  'editorWarning.foreground': ['pending'],
  'editorWidget.background': ['panel'],
  'editorWidget.foreground': ['ink'],
  'editorWidget.border': ['line'],
  'editorHoverWidget.background': ['panel'],
  'editorHoverWidget.foreground': ['ink'],
  'editorHoverWidget.border': ['line'],
  'editorHoverWidget.statusBarBackground': ['raised'],
  'editorSuggestWidget.background': ['panel'],
  'editorSuggestWidget.foreground': ['ink'],
  'editorSuggestWidget.border': ['line'],
  'editorSuggestWidget.selectedBackground': ['over'],
  'editorSuggestWidget.selectedForeground': ['ink'],
  'editorSuggestWidget.highlightForeground': ['accent'],
  'editorSuggestWidget.focusHighlightForeground': ['accent'],
  'editorLightBulb.foreground': ['pending'],
  'editorLightBulbAutoFix.foreground': ['pending'],
  'scrollbarSlider.background': ['muted', 0.25],
  'scrollbarSlider.hoverBackground': ['muted', 0.4],
  'scrollbarSlider.activeBackground': ['muted', 0.5],
  'scrollbar.shadow': '#00000000',
  focusBorder: ['accent'],
  'widget.shadow': '#00000055',
  'input.background': ['raised'],
  'input.foreground': ['ink'],
  'input.border': ['edge'],
  'menu.background': ['panel'],
  'menu.foreground': ['ink'],
  'menu.selectionBackground': ['over'],
  'menu.selectionForeground': ['ink'],
  'menu.border': ['line'],
  'menu.separatorBackground': ['line'],
  'quickInput.background': ['panel'],
  'quickInput.foreground': ['ink'],
  'list.hoverBackground': ['over', 0.6],
  'list.focusBackground': ['over'],
  'list.activeSelectionBackground': ['over'],
  'list.activeSelectionForeground': ['ink'],
  'textLink.foreground': ['accent'],
  'textLink.activeForeground': ['accent'],
  'editorMarkerNavigation.background': ['raised'],
  'editorMarkerNavigationError.background': ['failed'],
  'editorMarkerNavigationError.headerBackground': ['raised'],
  'editorMarkerNavigationWarning.background': ['pending'],
  'editorMarkerNavigationWarning.headerBackground': ['raised'],
}

/** Takes the colours of tokens.css over, as they are at the moment. */
export function applyTheme(monaco: typeof Monaco): void {
  const [red = 0, green = 0, blue = 0] = channels('panel')
  const isDark = red + green + blue < 384
  const rule = (token: string, name: string) => ({ token, foreground: hex(name).slice(1) })
  monaco.editor.defineTheme('podreel', {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    // Colour says state elsewhere on the page; here it only parts the keys from what they hold.
    rules: [
      rule('', 'ink'),
      // The base themes name these of YAML themselves.
      ...['string.yaml', 'number.yaml', 'keyword.yaml'].map((token) => rule(token, 'ink')),
      rule('type.yaml', 'accent'),
      ...['comment.yaml', 'operators.yaml', 'delimiter.yaml', 'tag.yaml', 'namespace.yaml'].map((token) =>
        rule(token, 'muted'),
      ),
    ],
    colors: Object.fromEntries(
      Object.entries(colours).map(([name, c]) => [name, typeof c === 'string' ? c : hex(...c)]),
    ),
  })
  monaco.editor.setTheme('podreel')
}
