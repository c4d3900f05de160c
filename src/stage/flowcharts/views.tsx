import type { ReactElement } from 'react'
import { createChart } from './createChart.ts'
import { Flowchart } from './Flowchart.tsx'
import { GraceBar } from './GraceBar.tsx'
import { terminateChart } from './terminateChart.ts'

/** From the request that makes a pod until it is Ready. */
export function CreateView(): ReactElement {
  return <Flowchart chart={createChart} />
}

/** From the deletion until the object is gone, with the grace period below. */
export function TerminateView(): ReactElement {
  return (
    <Flowchart
      chart={terminateChart}
      below={(shown, visits) => visits.get('terminate/store')!.length > 0 && <GraceBar shown={shown} visits={visits} />}
    />
  )
}
