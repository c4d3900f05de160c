import { useEffect } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/**
 * The chain of causes or effects that somebody looks at: the list shows it, and the graph and the timeline draw it. Pairs
 * of steps, each the cause and its effect.
 */
export type ChainLinks = readonly (readonly [from: number, to: number])[]

const none: ChainLinks = []
const chain = createStore<{ links: ChainLinks }>(() => ({ links: none }))

export function useChain(): ChainLinks {
  return useStore(chain, (s) => s.links)
}

/** Shows a chain for as long as the component that lists it is there. */
export function useShowChain(links: ChainLinks): void {
  useEffect(() => {
    chain.setState({ links })
    return () => {
      if (chain.getState().links === links) chain.setState({ links: none })
    }
  }, [links])
}
