import { lazy } from 'react'
import type { ComponentType, LazyExoticComponent, ReactElement } from 'react'

/** How each part that could not be fetched is asked for anew. */
const missed = new Set<() => void>()

/** As React's `lazy`, which keeps for ever that a part could not be fetched; here that is forgotten with `forgetMissed`. */
export function fetched<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): (props: P) => ReactElement {
  const ask = (): LazyExoticComponent<ComponentType<P>> =>
    lazy(async () => {
      try {
        const [part] = await Promise.all([load(), styleSheets()])
        return part
      } catch (error) {
        missed.add(() => (Part = ask()))
        throw error
      }
    })
  let Part = ask()
  return (props) => <Part {...props} />
}

/** What could not be fetched is fetched when it is shown the next time. */
export function forgetMissed(): void {
  for (const ask of missed) ask()
  missed.clear()
}

/** The bundler asks for the style sheet of a part only once: one that did not come is put in its place again. */
async function styleSheets(): Promise<void> {
  const lost = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet][data-missed]')]
  await Promise.all(
    lost.map(
      (link) =>
        new Promise<void>((resolve, reject) => {
          const again = link.cloneNode() as HTMLLinkElement
          again.removeAttribute('data-missed')
          again.addEventListener('load', () => resolve())
          again.addEventListener('error', () => {
            again.setAttribute('data-missed', '')
            reject(new Error(`${again.href} could not be fetched`))
          })
          link.replaceWith(again)
        }),
    ),
  )
}

/** Marks style sheets that do not come; an error of theirs does not bubble. */
if (typeof document !== 'undefined') {
  document.addEventListener(
    'error',
    ({ target }) => target instanceof HTMLLinkElement && target.rel === 'stylesheet' && target.setAttribute('data-missed', ''),
    true,
  )
}
