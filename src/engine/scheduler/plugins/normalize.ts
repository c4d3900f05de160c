import { maxNodeScore } from '../framework/plugin.ts'

/** helper.DefaultNormalizeScore: the greatest becomes 100; `reverse` turns the order round. */
export function defaultNormalize(scores: Int32Array, reverse: boolean): void {
  let most = 0
  for (let i = 0; i < scores.length; i++) if (scores[i]! > most) most = scores[i]!
  if (most === 0) {
    scores.fill(reverse ? maxNodeScore : 0)
    return
  }
  for (let i = 0; i < scores.length; i++) {
    const share = Math.trunc((maxNodeScore * scores[i]!) / most)
    scores[i] = reverse ? maxNodeScore - share : share
  }
}
