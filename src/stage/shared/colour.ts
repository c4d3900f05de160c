/** For canvases, which need real colours: what `--name` is in the theme of the moment. */
export function readColour(name: string, element: Element = document.documentElement): string {
  let colour = probes.get(name)
  if (colour === undefined || !colour.isConnected) {
    colour = document.createElement('span')
    colour.style.cssText = `color: var(--${name}); display: none`
    element.append(colour)
    probes.set(name, colour)
  }
  return getComputedStyle(colour).color
}

const probes = new Map<string, HTMLElement>()
