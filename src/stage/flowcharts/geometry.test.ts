import { describe, expect, it } from 'vitest'
import { createChart } from './createChart.ts'
import { shapeOf } from './geometry.ts'
import { terminateChart } from './terminateChart.ts'

describe.each([createChart, terminateChart])('the $id chart', (chart) => {
  const shape = shapeOf(chart, chart.nodes, chart.edges)

  it('has every box once, in its lane, over no other', () => {
    const boxes = [...shape.boxes.values()]
    expect(boxes).toHaveLength(chart.nodes.length)
    for (const node of chart.nodes) {
      const box = shape.boxes.get(node.id)!
      const lane = shape.lanes.find((l) => l.lane.id === node.lane)!.box
      expect(box.y >= lane.y && box.y + box.height <= lane.y + lane.height).toBe(true)
      expect(box.x + box.width).toBeLessThanOrEqual(shape.width)
      const over = boxes.filter(
        (b) => b !== box && Math.abs(b.x - box.x) < box.width && Math.abs(b.y - box.y) < box.height,
      )
      expect(over).toEqual([])
    }
  })

  it('leads every arrow from a box to another', () => {
    for (const { edge, d } of shape.arrows) {
      expect(shape.boxes.has(edge.from) && shape.boxes.has(edge.to), `${edge.from} ${edge.to}`).toBe(true)
      expect(d).toMatch(/^M[\d. ]+L/)
    }
  })

  it('takes no room for branches that did not happen', () => {
    const plain = chart.nodes.filter((node) => !node.onlyWhenPassed)
    const ids = new Set(plain.map((node) => node.id))
    const small = shapeOf(
      chart,
      plain,
      chart.edges.filter((e) => ids.has(e.from) && ids.has(e.to)),
    )
    expect(small.height).toBeLessThan(shape.height)
  })
})
