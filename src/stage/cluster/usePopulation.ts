import { useMemo, useState } from 'react'
import { useNodes, useObjects, usePods } from '../../playback/hooks.ts'
import { populationKeeper } from './population.ts'
import type { Population } from './population.ts'
import { serviceFacts } from './services.ts'
import type { ServiceFact } from './services.ts'

export function usePopulation(): Population {
  const nodes = useNodes()
  const pods = usePods()
  const [populate] = useState(populationKeeper)
  return useMemo(() => populate(nodes, pods), [populate, nodes, pods])
}

export function useServices(): readonly ServiceFact[] {
  const services = useObjects('services/')
  const slices = useObjects('endpointslices/')
  return useMemo(() => serviceFacts(services, slices), [services, slices])
}
