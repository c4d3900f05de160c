import { readColour } from '../../shared/colour.ts'
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
    colors: {
      'editor.background': hex('panel'),
      'editor.foreground': hex('ink'),
      'editorGutter.background': hex('panel'),
      'editorLineNumber.foreground': hex('faint'),
      'editorLineNumber.activeForeground': hex('ink'),
      'editorCursor.foreground': hex('accent'),
      'editor.selectionBackground': hex('accent', 0.3),
      'editor.inactiveSelectionBackground': hex('accent', 0.16),
      'editor.lineHighlightBackground': hex('over', 0.45),
      'editor.lineHighlightBorder': '#00000000',
      'editorBracketMatch.background': hex('accent', 0.18),
      'editorBracketMatch.border': '#00000000',
      'editorIndentGuide.background1': hex('line', 0.8),
      'editorIndentGuide.activeBackground1': hex('edge'),
      'editorError.foreground': hex('failed'),
      'editorWarning.foreground': hex('pending'),
      'editorWidget.background': hex('panel'),
      'editorWidget.foreground': hex('ink'),
      'editorWidget.border': hex('line'),
      'editorHoverWidget.background': hex('panel'),
      'editorHoverWidget.foreground': hex('ink'),
      'editorHoverWidget.border': hex('line'),
      'editorHoverWidget.statusBarBackground': hex('raised'),
      'editorSuggestWidget.background': hex('panel'),
      'editorSuggestWidget.foreground': hex('ink'),
      'editorSuggestWidget.border': hex('line'),
      'editorSuggestWidget.selectedBackground': hex('over'),
      'editorSuggestWidget.selectedForeground': hex('ink'),
      'editorSuggestWidget.highlightForeground': hex('accent'),
      'editorSuggestWidget.focusHighlightForeground': hex('accent'),
      'editorLightBulb.foreground': hex('pending'),
      'editorLightBulbAutoFix.foreground': hex('pending'),
      'scrollbarSlider.background': hex('muted', 0.25),
      'scrollbarSlider.hoverBackground': hex('muted', 0.4),
      'scrollbarSlider.activeBackground': hex('muted', 0.5),
      'scrollbar.shadow': '#00000000',
      focusBorder: hex('accent'),
      'widget.shadow': '#00000055',
      'input.background': hex('raised'),
      'input.foreground': hex('ink'),
      'input.border': hex('edge'),
      'menu.background': hex('panel'),
      'menu.foreground': hex('ink'),
      'menu.selectionBackground': hex('over'),
      'menu.selectionForeground': hex('ink'),
      'menu.border': hex('line'),
      'menu.separatorBackground': hex('line'),
      'quickInput.background': hex('panel'),
      'quickInput.foreground': hex('ink'),
      'list.hoverBackground': hex('over', 0.6),
      'list.focusBackground': hex('over'),
      'list.activeSelectionBackground': hex('over'),
      'list.activeSelectionForeground': hex('ink'),
      'textLink.foreground': hex('accent'),
      'textLink.activeForeground': hex('accent'),
      'editorMarkerNavigation.background': hex('raised'),
      'editorMarkerNavigationError.background': hex('failed'),
      'editorMarkerNavigationError.headerBackground': hex('raised'),
      'editorMarkerNavigationWarning.background': hex('pending'),
      'editorMarkerNavigationWarning.headerBackground': hex('raised'),
    },
  })
  monaco.editor.setTheme('podreel')
}
